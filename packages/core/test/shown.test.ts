import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shown } from '../src/shown.js'
import { encodeOid } from '../src/spnego/der.js'
import { SpnegoInitiator } from '../src/spnego/initiator.js'
import { decodeSpnego, encodeNegTokenResp } from '../src/spnego/tokens.js'
import { initiatorWith } from './ntlm/conversation.js'

describe('text from outside, as it is shown', () => {
  it.each([
    ['names in any script', 'LAB\\J\u00fcrgen, \u041b\u0410\u0411, \u6f22\u5b57, \u{1f511}'],
    ['nothing', ''],
  ])('keeps %s', (_what, text) => {
    expect(shown(text)).toBe(text)
  })

  it.each([
    ['line ends', 'a\r\nb', 'a\\u{d}\\u{a}b'],
    ['other line ends', 'a\u2028b\u2029c\u0085d', 'a\\u{2028}b\\u{2029}c\\u{85}d'],
    ['escape sequences', '\u001b[2J\u009b31m', '\\u{1b}[2J\\u{9b}31m'],
    ['zeros', 'a\0b\u007f', 'a\\u{0}b\\u{7f}'],
    ['a change of direction', 'a\u202eb\u2066c', 'a\\u{202e}b\\u{2066}c'],
    ['what has no width', 'a\u200bb\ufeffc', 'a\\u{200b}b\\u{feff}c'],
    ['half a surrogate pair', '\ud83d!\udd11', '\\u{d83d}!\\u{dd11}'],
  ])('escapes %s', (_what, text, expected) => {
    expect(shown(text)).toBe(expected)
  })

  it('is cut at the limit, 100 unless another is given, and never within a character', () => {
    expect(shown('x'.repeat(100))).toBe('x'.repeat(100))
    expect(shown('x'.repeat(101))).toBe(`${'x'.repeat(100)}...`)
    expect(shown('abcdef', 3)).toBe('abc...')
    expect(shown('ab\u{1f511}', 3)).toBe('ab...')
    expect(shown('ab\n', 6)).toBe('ab...')
  })

  it('is one line of printable characters, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.nat(200), (text, limit) => {
        const line = shown(text, limit)
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
        expect(line.length).toBeLessThanOrEqual(limit + 3)
      }),
    )
  })
})

describe('a mechanism that the other side names', () => {
  it('is cut in the message: an identifier may have 64 arcs', async () => {
    const long = `1.2.${Array.from({ length: 60 }, (_, arc) => arc + 1).join('.')}`
    const initiator = new SpnegoInitiator({ mechanism: await initiatorWith() })
    initiator.step()
    expect(decodeSpnego(encodeNegTokenResp({ kind: 'resp', supportedMech: long }))).toBeDefined()
    expect(encodeOid(long).length).toBeLessThan(66)
    expect(() => initiator.step(encodeNegTokenResp({ kind: 'resp', supportedMech: long }))).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_DOWNGRADE',
        message: `The other side chose mechanism ${long.slice(0, 100)}..., and 1.3.6.1.4.1.311.2.2.10 was offered.`,
      }),
    )
  })
})
