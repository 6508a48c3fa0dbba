import { describe, expect, it } from 'vitest'
import { des, desLong } from '../../src/crypto/des.js'

const hex = (digits: string) => Buffer.from(digits, 'hex')

/** The eight octets of a DES key without their parity bits, as [MS-NLMP] counts a key. */
function withoutParity(key: string): Buffer {
  const bits = [...hex(key)].map((octet) => (octet >> 1).toString(2).padStart(7, '0')).join('')
  return Buffer.from(bits.match(/.{8}/g)!.map((octet) => Number.parseInt(octet, 2)))
}

describe('DES', () => {
  /** From the validation set of NBS Special Publication 500-20. */
  it.each([
    ['0101010101010101', '8000000000000000', '95f8a5e5dd31d900'],
    ['0101010101010101', '0000000000000001', '166b40b44aba4bd6'],
    ['8001010101010101', '0000000000000000', '95a8d72813daa94d'],
    ['0101010101010102', '0000000000000000', '869efd7f9f265a09'],
    ['7ca110454a1a6e57', '01a1d6d039776742', '690f5b0d9a26939b'],
  ])('under %s encrypts %s', (key, plain, cipher) => {
    expect(des(withoutParity(key), hex(plain)).toString('hex')).toBe(cipher)
  })

  it('makes 24 bytes under three keys, the last of them two bytes and zeros', () => {
    const key = hex('000102030405060708090a0b0c0d0e0f')
    const block = hex('0123456789abcdef')
    const long = desLong(key, block)
    expect(long).toHaveLength(24)
    expect(long.subarray(16).equals(des(hex('0e0f0000000000'), block))).toBe(true)
  })
})
