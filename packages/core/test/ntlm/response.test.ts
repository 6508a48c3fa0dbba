import { describe, expect, it } from 'vitest'
import { ntHashOf, ntowfV2, upperCase } from '../../src/ntlm/response.js'

describe('the upper case of a user name', () => {
  it.each([
    ['alice', 'ALICE'],
    ['zoë', 'ZOË'],
    ['straße', 'STRAßE'], // not STRASSE
    ['ŉ', 'ŉ'],
    ['ﬁ', 'ﬁ'],
    ['i', 'I'], // not İ, whatever the locale
    ['ı', 'ı'], // not I, or two people would have one name
    ['ſ', 'ſ'],
    ['µ', 'µ'], // the sign, not the Greek letter
    ['μ', 'Μ'],
    ['ǆ', 'Ǆ'],
    ['ǅ', 'ǅ'], // title case
    ['жук', 'ЖУК'],
    ['ς', 'Σ'],
    ['😀a', '😀A'],
    ['𐐨', '𐐨'], // a letter beyond 16 bits: its two units stay
    ['\ud800x', '\ud800X'],
    ['', ''],
  ])('of %j is %j, one UTF-16 unit for one', (name, upper) => {
    expect(upperCase(name)).toBe(upper)
    expect(upper).toHaveLength(name.length)
  })
})

describe('NTOWFv2', () => {
  it('hashes a password as UTF-16, surrogate pairs and halves as they are', () => {
    expect(ntHashOf('').toString('hex')).toBe('31d6cfe0d16ae931b73c59d7e0c089c0')
    expect(ntHashOf('😀')).not.toEqual(ntHashOf('\ud83d'))
  })

  it('upper-cases the user, and takes the domain exactly as it was sent', () => {
    const ntHash = ntHashOf('Password')
    expect(ntowfV2(ntHash, 'USER', 'Domain')).toEqual(ntowfV2(ntHash, 'user', 'Domain'))
    expect(ntowfV2(ntHash, 'user', 'DOMAIN')).not.toEqual(ntowfV2(ntHash, 'user', 'Domain'))
  })
})
