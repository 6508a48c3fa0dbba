import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AvId, avFlags, decodeAvPairs, encodeAvPairs, findAvPair } from '../../src/ntlm/av-pairs.js'
import { avPair, hostileBytes, onlyBadChallenge } from './arbitraries.js'

const hex = (digits: string) => Buffer.from(digits, 'hex')
const malformed = (message: string) => expect.objectContaining({ code: 'ERR_NTLM_BAD_CHALLENGE', message })

describe('an AV pair list, [MS-NLMP] 2.2.2.1', () => {
  it('comes back as it was, unknown ids and repeated ones included', () => {
    fc.assert(
      fc.property(fc.array(avPair(200), { maxLength: 20 }), (pairs) => {
        expect(decodeAvPairs(encodeAvPairs(pairs))).toEqual(
          pairs.map(({ id, value }) => ({ id, value: Buffer.from(value) })),
        )
      }),
    )
  })

  it('ends at its MsvAvEOL; what comes after is not looked at', () => {
    expect(decodeAvPairs(hex('00000000ffff'))).toEqual([])
  })

  it.each([
    ['without an end', '', 'The AV pair list needs 2 more bytes at offset 0 and has 0.'],
    [
      'without an end after a pair',
      '0300020041ff',
      'The AV pair list needs 2 more bytes at offset 6 and has 0.',
    ],
    [
      'with a pair past its end',
      '03000a004100',
      'The AV pair list needs 10 more bytes at offset 4 and has 2.',
    ],
    [
      'with an end that has a length',
      '00000100ff',
      'The MsvAvEOL of an AV pair list is 1 bytes long, not 0.',
    ],
    ['with flags of 2 bytes', '06000200000000000000', 'AV pair 6 is 2 bytes long, not 4.'],
    ['with a timestamp of 4 bytes', '070004000000000000000000', 'AV pair 7 is 4 bytes long, not 8.'],
    ['with a binding of no bytes', '0a00000000000000', 'AV pair 10 is 0 bytes long, not 16.'],
  ])('%s is malformed', (_name, bytes, message) => {
    expect(() => decodeAvPairs(hex(bytes))).toThrow(malformed(message))
  })

  it('counts the first pair of an id only, as Windows does (CVE-2019-1166)', () => {
    const pairs = [
      { id: AvId.FLAGS, value: hex('00000000') },
      { id: AvId.FLAGS, value: hex('02000000') },
    ]
    expect(avFlags(pairs)).toBe(0)
    expect(findAvPair(pairs, AvId.FLAGS)).toBe(pairs[0].value)
    expect(findAvPair(pairs, AvId.TIMESTAMP)).toBeUndefined()
    expect(avFlags([])).toBe(0)
  })

  it('of any bytes is read or refused, nothing else', () => {
    fc.assert(fc.property(hostileBytes(), (bytes) => onlyBadChallenge(() => decodeAvPairs(bytes))))
  })
})
