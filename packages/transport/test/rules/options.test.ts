import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { type NtlmOptions, resolveOptions, servicePrincipalName } from '../src/options.js'

const minimal: NtlmOptions = {
  username: 'LAB\\alice',
  password: 'Passw0rd!',
  origins: 'https://intranet.corp',
}

describe('the options', () => {
  it('have the defaults that the documentation names', () => {
    expect(resolveOptions(minimal)).toMatchObject({
      workstation: '',
      schemes: ['ntlm', 'negotiate'],
      channelBinding: 'auto',
      spn: undefined,
      handshakeTimeout: 30_000,
      strict: false,
      legacy: { ntlmV1: false },
    })
  })

  it.each<[string, object, string]>([
    ['an unknown option', { passwort: 'x' }, "no option 'passwort'"],
    ['no origins', { origins: undefined }, 'origins option is missing'],
    ['an unknown scheme', { schemes: ['basic'] }, 'schemes option'],
    ['no scheme', { schemes: [] }, 'schemes option'],
    ['a scheme twice', { schemes: ['ntlm', 'ntlm'] }, 'schemes option'],
    ['an unknown channel binding', { channelBinding: 'maybe' }, 'channelBinding option'],
    ['a timeout of 0', { handshakeTimeout: 0 }, 'handshakeTimeout option'],
    ['a timeout no timer holds', { handshakeTimeout: 2 ** 31 }, 'handshakeTimeout option'],
    ['a timeout that is no number', { handshakeTimeout: '30s' }, 'handshakeTimeout option'],
    ['strict that is no boolean', { strict: 'yes' }, 'strict option'],
    ['an spn that is no string', { spn: 1 }, 'spn option'],
    ['a workstation that is no string', { workstation: 1 }, 'workstation option'],
    ['legacy that is no object', { legacy: true }, 'legacy option'],
    ['legacy.ntlmV1 that is no boolean', { legacy: { ntlmV1: 1 } }, 'legacy.ntlmV1 option'],
    ['password and ntHash', { ntHash: 'a'.repeat(32) }, 'Both password and ntHash'],
    ['a domain that contradicts', { domain: 'OTHER' }, 'contradicts'],
  ])('refuse %s at construction', (_fault, options, message) => {
    expect(() => resolveOptions({ ...minimal, ...options } as NtlmOptions)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message: expect.stringContaining(message) }),
    )
  })

  it('refuse to be missing', () => {
    expect(() => resolveOptions(undefined as unknown as NtlmOptions)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message: 'The options are missing.' }),
    )
  })

  it('show no secret once resolved', () => {
    const shown = inspect(resolveOptions(minimal), { depth: 10, showHidden: true })
    expect(shown).not.toContain('Passw0rd!')
  })
})

describe('the service principal name', () => {
  it.each([
    ['http://intranet.corp', 'HTTP/intranet.corp'],
    ['https://intranet.corp', 'HTTP/intranet.corp'],
    ['https://intranet.corp:8443', 'HTTP/intranet.corp:8443'],
    ['http://127.0.0.1:80', 'HTTP/127.0.0.1'],
  ])('of %s is %s', (origin, spn) => {
    expect(servicePrincipalName(origin)).toBe(spn)
  })
})
