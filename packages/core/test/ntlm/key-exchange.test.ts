import { describe, expect, it } from 'vitest'
import { Flag } from '../../src/ntlm/flags.js'
import { exchangesKey, receiveKey, sendKey } from '../../src/ntlm/key-exchange.js'

const { NEGOTIATE_SIGN: SIGN, NEGOTIATE_SEAL: SEAL, NEGOTIATE_DATAGRAM: DATAGRAM } = Flag
const EXCH = Flag.NEGOTIATE_KEY_EXCH
const RESPONSE_KEY = Buffer.alloc(16, 1)
const entropy = { now: () => 0, randomBytes: (size: number) => Buffer.alloc(size, 0x55) }

describe('the key exchange, [MS-NLMP] 3.1.5.1.2', () => {
  it.each([
    ['nothing', 0, false],
    ['KEY_EXCH alone', EXCH, false],
    ['SIGN alone', SIGN, false],
    ['KEY_EXCH and SIGN', EXCH | SIGN, true],
    ['KEY_EXCH and SEAL', EXCH | SEAL, true],
    ['KEY_EXCH and DATAGRAM', EXCH | DATAGRAM, true],
  ])('under %s', (_name, flags, exchanged) => {
    expect(exchangesKey(flags)).toBe(exchanged)
    const sent = sendKey(flags, RESPONSE_KEY, entropy)
    expect(sent.encryptedRandomSessionKey).toHaveLength(exchanged ? 16 : 0)
    expect(sent.exportedSessionKey).toEqual(exchanged ? Buffer.alloc(16, 0x55) : RESPONSE_KEY)
    expect(receiveKey(flags, RESPONSE_KEY, sent.encryptedRandomSessionKey)).toEqual(sent.exportedSessionKey)
  })

  it.each([
    ['nothing', 0],
    ['KEY_EXCH alone', EXCH],
    ['SIGN alone', SIGN],
  ])('leaves alone a key that was sent without need, under %s', (_name, flags) => {
    const { encryptedRandomSessionKey } = sendKey(EXCH | SIGN, RESPONSE_KEY, entropy)
    expect(receiveKey(flags, RESPONSE_KEY, encryptedRandomSessionKey)).toEqual(RESPONSE_KEY)
  })

  it('has no key where one should have been sent', () => {
    expect(receiveKey(EXCH | SIGN, RESPONSE_KEY, Buffer.alloc(0))).toBeUndefined()
    expect(receiveKey(EXCH | SIGN, RESPONSE_KEY, Buffer.alloc(15))).toBeUndefined()
  })
})
