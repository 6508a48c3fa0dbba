/** Characters that act on what shows them instead of being seen; JSON itself escapes those below U+0020 alone. */
const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** A document for programs, which a terminal may show as well: all that --json prints comes from here. */
export function jsonText(document: unknown): string {
  // A line break stands between members only: within a string it is escaped already.
  return JSON.stringify(document, undefined, 2).replace(UNSEEN, escaped)
}

function escaped(character: string): string {
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}
