/** Control, format and unassigned characters, lone surrogates, and the separators of lines and paragraphs. */
const UNPRINTABLE = /^[\p{C}\p{Zl}\p{Zp}]$/u

/** Longer than any name that is in use, short enough for one line of a log. */
const DEFAULT_LIMIT = 100

/**
 * Text from outside as messages and logs may show it: on one line, and cut to `limit` characters and `...`. Each
 * character that a terminal or a reader would act on (line ends, escape sequences, a change of direction) stands as
 * `\u{hex}`.
 */
export function shown(text: string, limit = DEFAULT_LIMIT): string {
  let visible = ''
  for (const character of text) {
    const next = UNPRINTABLE.test(character) ? escaped(character) : character
    if (visible.length + next.length > limit) return `${visible}...`
    visible += next
  }
  return visible
}

function escaped(character: string): string {
  return `\\u{${character.codePointAt(0)!.toString(16)}}`
}
