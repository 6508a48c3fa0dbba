import { encodeNegTokenInit, encodeNegTokenResp } from '@ntlmkit/core'
import { describe, expect, it } from 'vitest'
import { legOf, messageOf } from './wire/leg-of.js'

const message = (type: number) => Buffer.from(`NTLMSSP\0${String.fromCharCode(type)}\0\0\0`, 'latin1')
const KERBEROS = '1.2.840.113554.1.2.2'
const NTLM = '1.3.6.1.4.1.311.2.2.10'

const begins = (mechToken?: Buffer) =>
  encodeNegTokenInit({ kind: 'init', mechTypes: [NTLM, KERBEROS], mechToken })
const goesOn = (responseToken?: Buffer) => encodeNegTokenResp({ kind: 'resp', responseToken })
const field = (scheme: string, token: Uint8Array) => `${scheme} ${Buffer.from(token).toString('base64')}`

describe('the leg that a request carries', () => {
  it.each([
    ['NEGOTIATE', 'a NEGOTIATE', field('NTLM', message(1))],
    ['NEGOTIATE', 'a NEGOTIATE that is raw under Negotiate', field('Negotiate', message(1))],
    ['NEGOTIATE', 'a scheme in other letters, and more spaces', field('ntlm  ', message(1))],
    ['NEGOTIATE', 'a NegTokenInit with a NEGOTIATE', field('Negotiate', begins(message(1)))],
    ['NEGOTIATE', 'a NegTokenInit without a token of NTLM', field('Negotiate', begins())],
    ['NEGOTIATE', 'a NEGOTIATE behind the choice of NTLM', field('Negotiate', goesOn(message(1)))],
    ['AUTHENTICATE', 'an AUTHENTICATE', field('NTLM', message(3))],
    ['AUTHENTICATE', 'a NegTokenResp with an AUTHENTICATE', field('Negotiate', goesOn(message(3)))],
    ['AUTHENTICATE', 'a NegTokenResp without a token of NTLM', field('Negotiate', goesOn())],
    ['none', 'no field', undefined],
    ['other', 'a CHALLENGE, which no client sends', field('NTLM', message(2))],
    ['other', 'a message of no known type', field('NTLM', message(4))],
    ['other', 'bytes that are no token', field('NTLM', Buffer.from('hello'))],
    ['other', 'a scheme without a token', 'NTLM'],
    ['other', 'another scheme', field('Basic', message(1))],
  ])('is %s for %s', (leg, _what, authorization) => {
    expect(legOf(authorization)).toBe(leg)
  })
})

describe('the message of a token', () => {
  it.each([
    ['NEGOTIATE', message(1)],
    ['CHALLENGE', message(2)],
    ['CHALLENGE', goesOn(message(2))],
    ['AUTHENTICATE', goesOn(message(3))],
    [undefined, goesOn()],
    [undefined, message(4)],
  ])('is %s', (name, token) => {
    expect(messageOf(Buffer.from(token))).toBe(name)
  })
})
