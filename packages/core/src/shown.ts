/** Longer than any name or path that people read, short enough for a line. */
const SHOWN_AT_MOST = 200

/**
 * Characters that act on what shows them instead of being seen: controls (ESC, CR, LF), format characters (bidi
 * overrides, zero width), lone surrogates, and the line and paragraph separators.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** A string from outside for a message or a terminal: cut where it is too long, and unseen characters escaped. */
export function shown(text: string, most = SHOWN_AT_MOST): string {
  // Cut first: a head of 256 KB is not looked at as a whole. A character takes at most two code units.
  const characters = [...text.slice(0, 2 * most)].slice(0, most).join('')
  const seen = characters.replace(UNSEEN, escaped)
  const left = text.length - characters.length
  return left === 0 ? seen : `${seen}... (${left} more)`
}

/** As JavaScript writes it: `\u001b`, `\u{e0001}`. */
function escaped(character: string): string {
  const hex = character.codePointAt(0)!.toString(16)
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
}
