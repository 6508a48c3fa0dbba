import { describe, expect, it } from 'vitest'
import { md4 } from '../../src/crypto/md4.js'

/** RFC 1320 A.5. */
const SUITE: [string, string][] = [
  ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
  ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
  ['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
  ['message digest', 'd9130a8164549fe818874806e1c7014b'],
  ['abcdefghijklmnopqrstuvwxyz', 'd79e1c308aa5bbcdeea8ed63df412da9'],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', '043f8582f241db351ce627e153e7f0e4'],
  [
    '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
    'e33b4ddc9c38f2199c3e7b164fcc0536',
  ],
]

describe('MD4', () => {
  it.each(SUITE)('digests %j as RFC 1320 does', (message, digest) => {
    expect(md4(Buffer.from(message, 'latin1')).toString('hex')).toBe(digest)
  })

  it.each([55, 56, 63, 64, 65, 119, 120])('pads %i bytes to whole blocks', (length) => {
    const one = md4(Buffer.alloc(length, 1))
    const other = md4(Buffer.alloc(length, 2))
    expect(one).toHaveLength(16)
    expect(one.equals(other)).toBe(false)
  })

  it('leaves its input alone, and reads a view into a larger buffer', () => {
    const whole = Buffer.from('xxabcxx', 'latin1')
    expect(md4(whole.subarray(2, 5)).toString('hex')).toBe('a448017aaf21d8525fc10ae87aa6729d')
    expect(whole.toString('latin1')).toBe('xxabcxx')
  })
})
