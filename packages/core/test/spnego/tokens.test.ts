import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { der, encodeOid, Tag } from '../../src/spnego/der.js'
import { NTLM_OID, SPNEGO_OID } from '../../src/spnego/mechanisms.js'
import {
  decodeSpnego,
  encodeMechTypeList,
  encodeNegTokenInit,
  encodeNegTokenResp,
  type NegTokenInit,
  type NegTokenResp,
} from '../../src/spnego/tokens.js'
import { onlyBadChallenge, upTo } from '../ntlm/arbitraries.js'

const KRB5 = '1.2.840.113554.1.2.2'
const MS_KRB5 = '1.2.840.48018.1.2.2'
const NEGOEX = '1.3.6.1.4.1.311.2.2.30'
const malformed = (message: string) => expect.objectContaining({ code: 'ERR_NTLM_BAD_CHALLENGE', message })
const hex = (digits: string) => Buffer.from(digits, 'hex')

const mechanism = fc.constantFrom(NTLM_OID, KRB5, MS_KRB5, NEGOEX, '2.25.12345')
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

/** Without the keys whose value is undefined, as a decoder leaves them out. */
function present<T extends object>(token: T): T {
  return Object.fromEntries(Object.entries(token).filter(([, value]) => value !== undefined)) as T
}

/** A NegTokenInit from its fields, each of them DER already. */
function initOf(...fields: Buffer[]): Buffer {
  const sequence = der(Tag.SEQUENCE, ...fields)
  return der(Tag.APPLICATION_0, encodeOid(SPNEGO_OID), der(Tag.CONTEXT_0, sequence))
}

const mechTypes = der(Tag.CONTEXT_0, encodeMechTypeList([NTLM_OID]))
const octetString = (value: string) => der(Tag.OCTET_STRING, Buffer.from(value))

describe('NegTokenInit, RFC 4178 4.2.1', () => {
  it('comes back as it was, with its list as the bytes that a mechListMIC is over', () => {
    const token = fc
      .record({
        mechTypes: fc.array(mechanism, { minLength: 1, maxLength: 8 }),
        mechToken: optional(upTo(300)),
        mechListMic: optional(upTo(20)),
      })
      .map((fields): NegTokenInit => present({ kind: 'init', ...fields }))
    fc.assert(
      fc.property(token, (original) => {
        const mechTypeList = encodeMechTypeList(original.mechTypes)
        expect(mechTypeList[0]).toBe(0x30)
        expect(decodeSpnego(encodeNegTokenInit(original))).toEqual({ ...original, mechTypeList })
      }),
    )
  })

  it('is the well-known one for NTLM', () => {
    const token = encodeNegTokenInit({
      kind: 'init',
      mechTypes: [NTLM_OID],
      mechToken: hex('4e544c4d53535000'),
    })
    expect(token.toString('hex')).toBe(
      '602806062b0601050502a01e301ca00e300c060a2b06010401823702020aa20a04084e544c4d53535000',
    )
  })

  it('may have the negHints of [MS-SPNG] where RFC 4178 has the mechListMIC, and the MIC after them', () => {
    const hints = der(
      Tag.CONTEXT_3,
      der(Tag.SEQUENCE, der(Tag.CONTEXT_0, der(0x1b, Buffer.from('not_defined')))),
    )
    const mic = der(Tag.CONTEXT_4, octetString('mic'))
    expect(decodeSpnego(initOf(mechTypes, hints))).not.toHaveProperty('mechListMic')
    expect(decodeSpnego(initOf(mechTypes, hints, mic))).toHaveProperty('mechListMic', Buffer.from('mic'))
    expect(decodeSpnego(initOf(mechTypes, mic))).toHaveProperty('mechListMic', Buffer.from('mic'))
  })

  it('may have the historical reqFlags', () => {
    const flags = der(Tag.CONTEXT_1, der(Tag.BIT_STRING, hex('0148')))
    const token = der(Tag.CONTEXT_2, octetString('token'))
    expect(decodeSpnego(initOf(mechTypes, flags, token))).toHaveProperty('mechToken', Buffer.from('token'))
  })

  it.each([
    [
      'no mechanism',
      initOf(der(Tag.CONTEXT_0, encodeMechTypeList([]))),
      'A NegTokenInit offers no mechanism.',
    ],
    ['no list', initOf(), 'A DER element ends before its header does.'],
    [
      'more mechanisms than anybody has',
      initOf(der(Tag.CONTEXT_0, encodeMechTypeList(Array(33).fill(NTLM_OID)))),
      'More than 32 mechanisms are offered.',
    ],
    [
      'two mechListMICs',
      initOf(mechTypes, der(Tag.CONTEXT_3, octetString('a')), der(Tag.CONTEXT_4, octetString('b'))),
      'A NegTokenInit has two mechListMICs.',
    ],
    [
      'something after its end',
      Buffer.concat([initOf(mechTypes), hex('00')]),
      'A SPNEGO token has elements that do not belong there.',
    ],
    [
      'fields in the wrong order',
      initOf(der(Tag.CONTEXT_2, octetString('t')), mechTypes),
      'A DER element has tag 0xa2, not 0xa0.',
    ],
    [
      'another mechanism than SPNEGO',
      der(Tag.APPLICATION_0, encodeOid(KRB5), der(Tag.CONTEXT_0, der(Tag.SEQUENCE, mechTypes))),
      `A GSS token is for mechanism ${KRB5}, not for SPNEGO.`,
    ],
    [
      'a mechanism as long as a token, which would be the error message',
      der(Tag.APPLICATION_0, der(Tag.OBJECT_IDENTIFIER, Buffer.alloc(300_000, 0x2b))),
      'An object identifier is 300000 bytes long.',
    ],
    ['another tag', der(0x30, mechTypes), 'A SPNEGO token begins with tag 0x30, not 0x60 or 0xa1.'],
    ['more bytes than any message has', Buffer.alloc(500_000, 0x60), 'A SPNEGO token is 500000 bytes long.'],
  ])('with %s is malformed', (_name, token, message) => {
    expect(() => decodeSpnego(token)).toThrow(malformed(message))
  })
})

describe('NegTokenResp, RFC 4178 4.2.2', () => {
  it('comes back as it was', () => {
    const token = fc
      .record({
        negState: optional(fc.constantFrom('accept-completed', 'accept-incomplete', 'reject', 'request-mic')),
        supportedMech: optional(mechanism),
        responseToken: optional(upTo(300)),
        mechListMic: optional(upTo(20)),
      })
      .map((fields) => present({ kind: 'resp', ...fields }) as NegTokenResp)
    fc.assert(
      fc.property(token, (original) => {
        expect(decodeSpnego(encodeNegTokenResp(original))).toEqual(original)
      }),
    )
  })

  it.each([
    ['accept-completed', 'a1073005a0030a0100'],
    ['accept-incomplete', 'a1073005a0030a0101'],
    ['reject', 'a1073005a0030a0102'],
    ['request-mic', 'a1073005a0030a0103'],
  ] as const)('%s is as known from the wire', (negState, encoded) => {
    expect(encodeNegTokenResp({ kind: 'resp', negState }).toString('hex')).toBe(encoded)
  })

  it.each([
    ['an unknown state', 'a1073005a0030a0104', 'A NegTokenResp has a negState that RFC 4178 does not know.'],
    [
      'a state of two bytes',
      'a1083006a0040a020000',
      'A NegTokenResp has a negState that RFC 4178 does not know.',
    ],
    ['a state of no bytes', 'a1063004a0020a00', 'A NegTokenResp has a negState that RFC 4178 does not know.'],
    ['a state of another type', 'a1073005a003020100', 'A DER element has tag 0x2, not 0xa.'],
    ['an unknown field', 'a1043002a400', 'A SPNEGO token has elements that do not belong there.'],
    [
      'a field twice',
      'a10c300aa0030a0100a0030a0100',
      'A SPNEGO token has elements that do not belong there.',
    ],
  ])('with %s is malformed', (_name, bytes, message) => {
    expect(() => decodeSpnego(hex(bytes))).toThrow(malformed(message))
  })
})

it('any bytes are read as a token or refused, nothing else', () => {
  const begun = fc
    .tuple(fc.constantFrom(initOf(mechTypes), hex('a1073005a0030a0100')), fc.nat(60), fc.nat(255))
    .map(([token, at, octet]) => {
      const changed = Buffer.from(token)
      changed[at % changed.length] = octet
      return changed
    })
  fc.assert(
    fc.property(fc.oneof(upTo(60), begun), (bytes) => onlyBadChallenge(() => decodeSpnego(bytes))),
    {
      numRuns: 2000,
    },
  )
})
