import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { type NtlmOptions, resolveOptions } from '../../src/rules/options.js'

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
      firstLeg: { head: true, path: undefined },
    })
  })

  it.each<[string, object, string]>([
    ['an unknown option', { passwort: 'x' }, "no option 'passwort'"],
    ['an unknown option with a digit', { ntlmV2: true }, "no option 'ntlmV2'"],
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
    ['an spn longer than its field', { spn: 'x'.repeat(32768) }, 'The spn has 32768 characters'],
    ['a workstation longer than its field', { workstation: 'x'.repeat(1e6) }, 'The workstation has 1000000'],
    [
      'a user name longer than its field',
      { username: 'x'.repeat(32768) },
      'The username has 32768 characters',
    ],
    ['legacy that is no object', { legacy: true }, 'legacy option'],
    ['legacy.ntlmV1 that is no boolean', { legacy: { ntlmV1: 1 } }, 'legacy.ntlmV1 option'],
    ['firstLeg that is no object', { firstLeg: 'HEAD' }, 'firstLeg option'],
    ['an unknown option in firstLeg', { firstLeg: { heads: false } }, 'firstLeg option'],
    ['firstLeg.head that is no boolean', { firstLeg: { head: 0 } }, 'firstLeg.head option'],
    ['firstLeg.path that is no path', { firstLeg: { path: 'login' } }, 'firstLeg.path option'],
    ['firstLeg.path with what no request line has', { firstLeg: { path: '/a b' } }, 'firstLeg.path option'],
    ['password and ntHash', { ntHash: 'a'.repeat(32) }, 'Both password and ntHash'],
    ['a domain that contradicts', { domain: 'OTHER' }, 'contradicts'],
  ])('refuse %s at construction', (_fault, options, message) => {
    expect(() => resolveOptions({ ...minimal, ...options } as NtlmOptions)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message: expect.stringContaining(message) }),
    )
  })

  it('are absent where they are empty, as forms send them', () => {
    const empty = { domain: '', workstation: '', spn: '', ntHash: '' }
    const none = { domain: null, workstation: null, spn: null, ntHash: null }
    for (const options of [empty, none]) {
      const { credentials, workstation, spn } = resolveOptions({ ...minimal, ...options })
      expect([credentials.account, workstation, spn]).toEqual([
        { user: 'alice', domain: 'LAB' },
        '',
        undefined,
      ])
    }
  })

  it('refuse to be missing', () => {
    expect(() => resolveOptions(undefined as unknown as NtlmOptions)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message: 'The options are missing.' }),
    )
  })

  it.each<[string, object]>([
    ['an option', { strict: true }],
    ['an option of firstLeg', { firstLeg: Object.create({ head: false }) }],
    ['an option of legacy', { legacy: Object.create({ ntlmV1: true }) }],
  ])('that are merely inherited are none: %s', (_what, inherited) => {
    const options = Object.assign(Object.create(inherited), minimal)
    const nested = { ...minimal, ...('strict' in inherited ? {} : inherited) }
    for (const given of [options, nested]) {
      expect(resolveOptions(given)).toMatchObject({
        strict: false,
        legacy: { ntlmV1: false },
        firstLeg: { head: true },
      })
    }
  })

  it('repeat no value that stands in the place of a name', () => {
    expect(() => resolveOptions({ ...minimal, 'Passw0rd!': 1 } as NtlmOptions)).toThrow(
      expect.objectContaining({ message: 'One of the options has a name that none has.' }),
    )
  })

  it('are frozen, and their list of schemes is a copy', () => {
    const schemes: ('ntlm' | 'negotiate')[] = ['ntlm']
    const resolved = resolveOptions({ ...minimal, schemes })
    schemes.push('negotiate')
    expect([Object.isFrozen(resolved), resolved.schemes]).toEqual([true, ['ntlm']])
  })

  it('show no secret once resolved', () => {
    const shown = inspect(resolveOptions(minimal), { depth: 10, showHidden: true })
    expect(shown).not.toContain('Passw0rd!')
  })
})
