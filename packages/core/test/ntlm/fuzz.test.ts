import { describe, expect, it } from 'vitest'
import { fuzz } from '../../../../test/fuzz/decoders.mjs'

describe('everything that reads bytes from outside', () => {
  it.each([1, 2])('returns, or throws NtlmError, on 10,000 mutated messages and tokens (seed %i)', (seed) => {
    const report = fuzz({ seed, count: 10_000 })
    expect(report.faults).toEqual([])
    for (const { returned, refused } of Object.values(report.decoders)) {
      expect(returned + refused).toBe(10_000)
    }
    // Mutations that only ever break things would prove little.
    expect(report.decoders.decodeChallenge.returned).toBeGreaterThan(100)
    expect(report.decoders.decodeSpnego.returned).toBeGreaterThan(20)
  })
})
