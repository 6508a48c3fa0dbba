import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { filetime, fromFiletime } from '../../src/ntlm/filetime.js'

describe('FILETIME', () => {
  it.each([
    ['1601-01-01T00:00:00Z', '0000000000000000'],
    ['1970-01-01T00:00:00Z', '00803ed5deb19d01'],
  ])('of %s', (date, expected) => {
    expect(filetime(Date.parse(date)).toString('hex')).toBe(expected)
  })

  it('comes back as the millisecond it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: -11_644_473_600_000, max: 4_102_444_800_000 }), (milliseconds) => {
        expect(fromFiletime(filetime(milliseconds))).toBe(milliseconds)
      }),
    )
  })
})
