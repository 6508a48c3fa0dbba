import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hmacMd5 } from '../../src/crypto/hmac-md5.js'

describe('HMAC-MD5', () => {
  /** RFC 2202 2: test cases 1, 2, 3 and 6. */
  it.each([
    [Buffer.alloc(16, 0x0b), Buffer.from('Hi There'), '9294727a3638bb1c13f48ef8158bfc9d'],
    [Buffer.from('Jefe'), Buffer.from('what do ya want for nothing?'), '750c783e6ab0b503eaa86e310a5db738'],
    [Buffer.alloc(16, 0xaa), Buffer.alloc(50, 0xdd), '56be34521d144c88dbb8c733f0e8b3f6'],
    [
      Buffer.alloc(80, 0xaa),
      Buffer.from('Test Using Larger Than Block-Size Key - Hash Key First'),
      '6b1ab7fe4bd7bf8f0b62e6ce61b9d0cd',
    ],
  ])('is that of RFC 2202 (%#)', (key, message, digest) => {
    expect(hmacMd5(key, message).toString('hex')).toBe(digest)
  })

  it('is the one that Node has, for keys of any length and messages in any number of parts', () => {
    const parts = fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 4 })
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 130 }), parts, (key, message) => {
        const expected = createHmac('md5', key).update(Buffer.concat(message)).digest()
        expect(hmacMd5(key, ...message).equals(expected)).toBe(true)
      }),
    )
  })
})
