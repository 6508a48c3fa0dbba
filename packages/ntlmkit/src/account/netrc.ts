/** The log-on for one machine. */
export interface NetrcEntry {
  readonly login: string | undefined
  readonly password: string | undefined
}

/**
 * Finds a machine's entry in a netrc file, or the default one behind all others. Words may be quoted, as curl takes
 * them; a macro (`macdef`) ends at an empty line; other words within an entry (`port`) are passed over; a word that begins with `#` comments out the rest of its line.
 */
export function netrcEntry(text: string, machine: string): NetrcEntry | undefined {
  const words = wordsOf(text)
  let fallback: NetrcEntry | undefined
  for (let at = 0; at < words.length; at++) {
    const isDefault = words[at] === 'default'
    if (!isDefault && words[at] !== 'machine') continue
    const named = isDefault ? undefined : words[++at]
    const found: Record<string, string> = {}
    while (at + 1 < words.length && !BEGINNINGS.has(words[at + 1])) {
      const word = words[++at]
      if (KEYS.has(word)) found[word] = words[++at] ?? ''
    }
    const entry = { login: found.login, password: found.password }
    if (named !== undefined && isSame(named, machine)) return entry
    if (isDefault) fallback ??= entry
  }
  return fallback
}

const KEYS: ReadonlySet<string> = new Set(['login', 'password', 'account'])
const BEGINNINGS: ReadonlySet<string> = new Set(['machine', 'default'])

/** A URL has an IPv6 address in brackets, a netrc file mostly without. */
function isSame(one: string, other: string): boolean {
  const [first, second] = [one, other].map((name) => name.toLowerCase().replace(/^\[(.*)\]$/, '$1'))
  return first === second
}

/** A macro, from its word to the line before the next empty one. */
const MACRO = /^([^#\n]*?)(?<=^|\s)macdef[ \t]+\S[^\n]*(?:\n(?!\r?$)[^\n]*)*/gm

function wordsOf(text: string): string[] {
  const withoutMacros = text.replaceAll(MACRO, '$1')
  const word = /#[^\n]*|"((?:[^"\\]|\\.)*)"|(\S+)/g
  return [...withoutMacros.matchAll(word)]
    .filter(([whole]) => !whole.startsWith('#'))
    .map(([, quoted, bare]) => (quoted === undefined ? bare : quoted.replaceAll(/\\(.)/gs, unescaped)))
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

function unescaped(_whole: string, character: string): string {
  return ESCAPES[character] ?? character
}
