import { decodeAuthenticate, servicePrincipalName } from '@ntlmkit/core'
import { describe, expect, it } from 'vitest'
import { Handshake } from '../../src/rules/handshake.js'
import { type NtlmOptions, resolveOptions } from '../../src/rules/options.js'
import { ALICE, CHALLENGE, ORIGIN } from './told-connection.js'

function handshake(given: Partial<NtlmOptions> = {}, origin = ORIGIN, certificate?: Uint8Array): Handshake {
  const options = resolveOptions({
    username: 'LAB\\alice',
    password: 'x',
    origins: '*',
    ...given,
  } as NtlmOptions)
  return new Handshake(options.schemes[0], ALICE, { origin, certificate }, options)
}

describe('a handshake', () => {
  it('begins with the scheme’s name and a NEGOTIATE', () => {
    expect(handshake().begin()).toMatch(/^NTLM TlRMTVNTUAAB/)
    expect(handshake({ schemes: ['negotiate'] }).begin()).toMatch(/^Negotiate YE/)
  })

  it('names the service, the account and no workstation', () => {
    const made = handshake()
    made.begin()
    const token = Buffer.from((made.continue(CHALLENGE) as string).slice(5), 'base64')
    const message = decodeAuthenticate(token)
    expect(message).toMatchObject({ user: 'alice', domain: 'LAB', workstation: '' })
    expect(message.mic).toHaveLength(16)
    expect(Buffer.from(message.ntResponse).toString('utf16le')).toContain('HTTP/intranet.corp')
    expect([made.complete, made.account]).toEqual([true, 'LAB\\alice'])
  })

  it('fails closed over TLS without a certificate to bind to, unless it is told not to', () => {
    const origin = 'https://intranet.corp'
    expect(() => handshake({}, origin)).toThrow(expect.objectContaining({ code: 'ERR_NTLM_CHANNEL_BINDING' }))
    expect(handshake({ channelBinding: 'none' }, origin).begin()).toMatch(/^NTLM /)
  })

  it('fails on a token that is none', () => {
    const made = handshake()
    made.begin()
    expect(() => made.continue('aGVsbG8=')).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_BAD_CHALLENGE' }),
    )
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
