import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DerReader, decodeOid, der, encodeOid, Tag } from '../../src/spnego/der.js'
import { onlyBadChallenge } from '../ntlm/arbitraries.js'

const hex = (digits: string) => Buffer.from(digits, 'hex')
const malformed = (message: string) => expect.objectContaining({ code: 'ERR_NTLM_BAD_CHALLENGE', message })

describe('a DER element', () => {
  it.each([0, 1, 127, 128, 255, 256, 65_535, 65_536, 200_000])(
    'of %i bytes comes back as it was',
    (length) => {
      const contents = Buffer.alloc(length, 0x5a)
      const encoded = der(Tag.OCTET_STRING, contents)
      const reader = new DerReader(encoded)
      const element = reader.next()
      expect(element.tag).toBe(Tag.OCTET_STRING)
      expect(element.contents.equals(contents)).toBe(true)
      expect(element.encoded.equals(encoded)).toBe(true)
      expect(reader.done).toBe(true)
    },
  )

  it('is taken or left by its tag', () => {
    const reader = new DerReader(hex('0401aa0201bb'))
    expect(reader.nextTag).toBe(Tag.OCTET_STRING)
    expect(reader.optional(Tag.INTEGER)).toBeUndefined()
    expect(reader.expect(Tag.OCTET_STRING).contents.toString('hex')).toBe('aa')
    expect(() => reader.expect(Tag.OCTET_STRING)).toThrow(malformed('A DER element has tag 0x2, not 0x4.'))
  })

  it.each([
    ['nothing', '', 'A DER element ends before its header does.'],
    ['a tag alone', '04', 'A DER element ends before its header does.'],
    ['contents past the end', '0405aabb', 'A DER element of 5 bytes ends outside its 4 bytes.'],
    ['a length of 4 GB', '0484ffffffff', 'A DER element of 4294967295 bytes ends outside its 6 bytes.'],
    ['an indefinite length', '3080', 'A DER length of 0 octets is not allowed.'],
    ['a length of five octets', '04850000000001', 'A DER length of 5 octets is not allowed.'],
    ['a long form for a short length', '04817f', 'A DER length is not in its shortest form.'],
    ['a length with a zero before it', '04820080', 'A DER length is not in its shortest form.'],
    ['a length cut short', '048201', 'A DER element ends before its header does.'],
    ['a tag of several octets', '1f8101', 'A DER element has a tag of more than one octet.'],
  ])('is refused with %s', (_name, bytes, message) => {
    expect(() => new DerReader(hex(bytes)).next()).toThrow(malformed(message))
  })

  it('of any bytes is read or refused, nothing else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) =>
        onlyBadChallenge(() => {
          const reader = new DerReader(bytes)
          while (!reader.done) decodeOid(reader.next().contents)
        }),
      ),
    )
  })
})

describe('an object identifier', () => {
  it.each([
    ['1.3.6.1.5.5.2', '06062b0601050502'],
    ['1.3.6.1.4.1.311.2.2.10', '060a2b06010401823702020a'],
    ['2.999', '06028837'],
    ['0.0', '060100'],
    [`1.3${'.43'.repeat(63)}`, `0640${'2b'.repeat(64)}`],
  ])('%s', (dotted, encoded) => {
    expect(encodeOid(dotted).toString('hex')).toBe(encoded)
    expect(decodeOid(hex(encoded).subarray(2))).toBe(dotted)
  })

  it('comes back as it was', () => {
    const arc = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: 2 ** 40 }))
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 }),
        fc.integer({ min: 0, max: 39 }),
        fc.array(arc),
        (a, b, rest) => {
          const dotted = [a, b, ...rest].join('.')
          expect(decodeOid(new DerReader(encodeOid(dotted)).next().contents)).toBe(dotted)
        },
      ),
    )
  })

  it.each([
    ['', 'An object identifier is cut short.'],
    ['2b86', 'An object identifier is cut short.'],
    ['2b8001', 'An object identifier has an arc that is not in its shortest form.'],
    ['2bffffffffffffffff7f', 'An object identifier has an arc that is too large.'],
    ['2b'.repeat(65), 'An object identifier is 65 bytes long.'],
  ])('%j is refused', (bytes, message) => {
    expect(() => decodeOid(hex(bytes))).toThrow(malformed(message))
  })
})
