import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Flag } from '../../src/ntlm/flags.js'
import { sealingKey, sealingStrength, signingKey } from '../../src/ntlm/session-keys.js'

const KEY = Buffer.from('101112131415161718191a1b1c1d1e1f', 'hex')
const ESS = Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY
const md5 = (key: Buffer, magic: string) => createHash('md5').update(key).update(magic).digest('hex')

describe('SIGNKEY, [MS-NLMP] 3.4.5.2', () => {
  it('is made of the whole key, however weak the sealing', () => {
    const expected = md5(KEY, 'session key to client-to-server signing key magic constant\0')
    expect(signingKey(ESS, KEY, 'initiator')!.toString('hex')).toBe(expected)
    expect(signingKey(ESS | Flag.NEGOTIATE_128, KEY, 'initiator')!.toString('hex')).toBe(expected)
  })

  it('differs by direction', () => {
    const expected = md5(KEY, 'session key to server-to-client signing key magic constant\0')
    expect(signingKey(ESS, KEY, 'acceptor')!.toString('hex')).toBe(expected)
  })

  it('does not exist without extended session security', () => {
    expect(signingKey(Flag.NEGOTIATE_128, KEY, 'initiator')).toBeUndefined()
  })
})

describe('SEALKEY, [MS-NLMP] 3.4.5.3', () => {
  it.each([
    [128, (ESS | Flag.NEGOTIATE_128 | Flag.NEGOTIATE_56) >>> 0, 16],
    [56, (ESS | Flag.NEGOTIATE_56) >>> 0, 7],
    [40, ESS, 5],
  ])('extended, %i bit', (strength, flags, length) => {
    const cut = KEY.subarray(0, length)
    expect(sealingStrength(flags)).toBe(strength)
    expect(sealingKey(flags, KEY, 'initiator').toString('hex')).toBe(
      md5(cut, 'session key to client-to-server sealing key magic constant\0'),
    )
    expect(sealingKey(flags, KEY, 'acceptor').toString('hex')).toBe(
      md5(cut, 'session key to server-to-client sealing key magic constant\0'),
    )
  })

  it.each([
    ['LM_KEY', Flag.NEGOTIATE_LM_KEY],
    ['DATAGRAM', Flag.NEGOTIATE_DATAGRAM],
  ])('not extended with %s: 7 bytes and A0, or 5 and E5 38 B0', (_name, flag) => {
    const with56 = (flag | Flag.NEGOTIATE_56 | Flag.NEGOTIATE_128) >>> 0
    expect(sealingKey(with56, KEY, 'initiator').toString('hex')).toBe('10111213141516a0')
    expect(sealingStrength(with56)).toBe(56)
    expect(sealingKey(flag, KEY, 'acceptor').toString('hex')).toBe('1011121314e538b0')
    expect(sealingStrength(flag)).toBe(40)
  })

  it('not extended and neither of the two: the whole key, in both directions', () => {
    expect(sealingKey(Flag.NEGOTIATE_56, KEY, 'initiator').equals(KEY)).toBe(true)
    expect(sealingKey(0, KEY, 'acceptor').equals(KEY)).toBe(true)
    expect(sealingStrength(0)).toBe(128)
  })
})
