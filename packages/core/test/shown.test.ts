import { describe, expect, it } from 'vitest'
import { shown } from '../src/shown.js'

describe('a string from outside', () => {
  it.each([
    ['a terminal sequence', '\x1b]0;title\x07', '\\u001b]0;title\\u0007'],
    ['line breaks', 'a\r\nb\u2028c\u2029d\u0085e', 'a\\u000d\\u000ab\\u2028c\\u2029d\\u0085e'],
    ['bidi overrides', 'a\u202eb\u2066c\u200fd\u061ce', 'a\\u202eb\\u2066c\\u200fd\\u061ce'],
    ['what has no width', 'a\u200bb\ufeffc\u{e0041}', 'a\\u200bb\\ufeffc\\u{e0041}'],
    ['half of a pair', 'a\ud800b', 'a\\ud800b'],
    ['DEL and C1', '\x7f\x9b31m', '\\u007f\\u009b31m'],
    ['letters of any script', 'Zoë ÄÖ 山田 😀', 'Zoë ÄÖ 山田 😀'],
  ])('shows %s', (_, text, seen) => {
    expect(shown(text)).toBe(seen)
  })

  it('is cut where it is too long, and never within a pair', () => {
    expect(shown('x'.repeat(65_535))).toBe(`${'x'.repeat(200)}... (65335 more)`)
    expect(shown('😀😀😀', 2)).toBe('😀😀... (2 more)')
    expect(shown('x😀😀', 2)).toBe('x😀... (2 more)')
    expect(shown('xy', 2)).toBe('xy')
  })
})
