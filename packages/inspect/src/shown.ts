/** Longer than any name that people read, short enough for a line. */
const MOST = 200

/** Characters that act on what shows them instead of being seen, as `shown` of core has them. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** A text from outside for a sentence: cut where it is too long, and unseen characters escaped. */
export function shown(text: string): string {
  const characters = [...text.slice(0, 2 * MOST)].slice(0, MOST).join('')
  const seen = characters.replace(UNSEEN, escaped)
  const left = text.length - characters.length
  return left === 0 ? seen : `${seen}... (${left} more)`
}

/** As core writes it, and JavaScript: `\u001b`, `\u{e0001}`. */
function escaped(character: string): string {
  const hex = character.codePointAt(0)!.toString(16)
  return hex.length > 4 ? `\\u{${hex}}` : `\\u${hex.padStart(4, '0')}`
}
