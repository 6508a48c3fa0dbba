import { decodeAuthenticate, encodeNegTokenResp, type Scheme, servicePrincipalName } from '@ntlmkit/core'
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

  it.each<[what: string, scheme: Scheme, token: Uint8Array, code: string, message: string, hint: RegExp]>([
    [
      'a token that is none',
      'ntlm',
      Buffer.from('hello'),
      'ERR_NTLM_BAD_CHALLENGE',
      'http://intranet.corp sent no usable challenge: the NTLM message needs 8 more bytes at offset 0 and has 5.',
      /proxy or gateway that rewrites/,
    ],
    [
      'a rejection by SPNEGO',
      'negotiate',
      encodeNegTokenResp({ kind: 'resp', negState: 'reject' }),
      'ERR_NTLM_REJECTED',
      'http://intranet.corp rejected the Negotiate handshake of LAB\\alice: the other side rejected the SPNEGO negotiation.',
      /^Check the account and the password;/,
    ],
    [
      'Kerberos, which nobody offered',
      'negotiate',
      encodeNegTokenResp({
        kind: 'resp',
        negState: 'accept-incomplete',
        supportedMech: '1.2.840.113554.1.2.2',
      }),
      'ERR_NTLM_DOWNGRADE',
      'http://intranet.corp grants less than the handshake needs: the other side chose mechanism 1.2.840.113554.1.2.2, and 1.3.6.1.4.1.311.2.2.10 was offered.',
      /schemes: \['ntlm'\] does without SPNEGO\.$/,
    ],
  ])('fails on %s, and names the origin', (_what, scheme, token, code, message, hint) => {
    const made = handshake({ schemes: [scheme] })
    made.begin()
    expect(() => made.continue(Buffer.from(token).toString('base64'))).toThrow(
      expect.objectContaining({ code, message, hint: expect.stringMatching(hint) }),
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
