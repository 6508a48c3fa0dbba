import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Rc4, rc4 } from '../../src/crypto/rc4.js'

const hex = (digits: string) => Buffer.from(digits, 'hex')

describe('RC4', () => {
  it.each([
    ['Key', 'Plaintext', 'bbf316e8d940af0ad3'],
    ['Wiki', 'pedia', '1021bf0420'],
    ['Secret', 'Attack at dawn', '45a01f645fc35b383552544b9bf5'],
  ])('encrypts under %j as published', (key, plain, cipher) => {
    expect(rc4(Buffer.from(key, 'latin1'), Buffer.from(plain, 'latin1')).toString('hex')).toBe(cipher)
  })

  /** RFC 6229 2: the first 16 bytes of the stream. */
  it.each([
    ['0102030405', 'b2396305f03dc027ccc3524a0a1118a8'],
    ['01020304050607', '293f02d47f37c9b633f2af5285feb46b'],
    ['0102030405060708090a0b0c0d0e0f10', '9ac7cc9a609d1ef7b2932899cde41b97'],
  ])('has the stream of RFC 6229 under %s', (key, first) => {
    expect(rc4(hex(key), Buffer.alloc(16)).toString('hex')).toBe(first)
  })

  it('runs on from one call to the next, however the message is cut', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 32 }),
        fc.uint8Array(),
        fc.uint8Array(),
        (key, a, b) => {
          const stream = new Rc4(key)
          const parts = Buffer.concat([stream.update(a), stream.update(b)])
          expect(parts.equals(rc4(key, Buffer.concat([a, b])))).toBe(true)
        },
      ),
    )
  })

  it('clones a stream that goes its own way, and restores one to where another is', () => {
    const stream = new Rc4(hex('0102030405'))
    stream.update(Buffer.alloc(7))
    const copy = stream.clone()
    const next = stream.update(Buffer.alloc(9))
    expect(copy.update(Buffer.alloc(9)).equals(next)).toBe(true)

    const third = new Rc4(hex('ff'))
    third.restore(stream)
    expect(third.update(Buffer.alloc(5)).equals(stream.update(Buffer.alloc(5)))).toBe(true)
  })
})
