import { describe, expect, it } from 'vitest'
import { SYSTEM_ENTROPY } from '../../src/ntlm/entropy.js'

describe("the system's entropy", () => {
  it('gives as many bytes as asked for, and never the same ones twice', () => {
    const taken = Array.from({ length: 1000 }, (_, index) => SYSTEM_ENTROPY.randomBytes(index % 2 ? 8 : 16))
    expect(taken.every((bytes, index) => bytes.length === (index % 2 ? 8 : 16))).toBe(true)
    expect(new Set(taken.map((bytes) => Buffer.from(bytes).toString('hex'))).size).toBe(1000)
  })

  it('gives bytes of their own: what one caller does to them is nothing to the next', () => {
    const first = SYSTEM_ENTROPY.randomBytes(16)
    const second = SYSTEM_ENTROPY.randomBytes(16)
    const before = Buffer.from(second)
    first.fill(0)
    expect(before.equals(second)).toBe(true)
    expect(first.buffer === second.buffer && first.byteOffset === second.byteOffset).toBe(false)
  })

  it.each([0, 1, 1023, 1024, 1025, 5000])('gives %i bytes at once', (size) => {
    const bytes = SYSTEM_ENTROPY.randomBytes(size)
    expect(bytes).toHaveLength(size)
    if (size > 64) expect(new Set(bytes).size).toBeGreaterThan(32)
  })

  it('has the clock of the system', () => {
    expect(Math.abs(SYSTEM_ENTROPY.now() - Date.now())).toBeLessThan(1000)
  })
})
