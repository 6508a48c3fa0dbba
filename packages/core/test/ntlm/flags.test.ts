import { describe, expect, it } from 'vitest'
import { Flag, flagNames, HTTP_FLAGS, hasFlags } from '../../src/ntlm/flags.js'

describe('NEGOTIATE flags', () => {
  it('are one bit each, and different ones', () => {
    const bits = Object.values(Flag)
    expect(new Set(bits).size).toBe(bits.length)
    for (const bit of bits) expect(Math.log2(bit) % 1).toBe(0)
  })

  it('for HTTP are Unicode, NTLMv2 with a MIC, 128 and 56 bit: 0xA2088205', () => {
    expect(HTTP_FLAGS).toBe(0xa2088205)
  })

  it('are named as the specification does, lowest bit first', () => {
    expect(flagNames(0xa0000001)).toEqual([
      'NTLMSSP_NEGOTIATE_UNICODE',
      'NTLMSSP_NEGOTIATE_128',
      'NTLMSSP_NEGOTIATE_56',
    ])
    expect(flagNames(0)).toEqual([])
  })

  it('are all there or not, the highest bit included', () => {
    expect(hasFlags(0x80000000, Flag.NEGOTIATE_56)).toBe(true)
    expect(hasFlags(-0x80000000, Flag.NEGOTIATE_56)).toBe(true)
    expect(hasFlags(0x30, 0x10 | 0x40)).toBe(false)
  })
})
