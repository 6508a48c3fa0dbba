/** The log-on for one machine. */
export interface NetrcEntry {
  readonly login: string | undefined
  readonly password: string | undefined
}

/**
 * Finds a machine's entry in a netrc file, or the default one behind all others. Words may be quoted, as curl takes
 * them; a macro (`macdef`) ends at an empty line; a word that begins with `#` comments out the rest of its line.
 */
export function netrcEntry(text: string, machine: string): NetrcEntry | undefined {
  const words = wordsOf(text)
  let fallback: NetrcEntry | undefined
  for (let at = 0; at < words.length; at++) {
    const isDefault = words[at] === 'default'
    if (!isDefault && words[at] !== 'machine') continue
    const named = isDefault ? undefined : words[++at]
    const found: Record<string, string> = {}
    while (KEYS.has(words[at + 1])) {
      found[words[at + 1]] = words[at + 2] ?? ''
      at += 2
    }
    const entry = { login: found.login, password: found.password }
    if (named?.toLowerCase() === machine.toLowerCase()) return entry
    if (isDefault) fallback ??= entry
  }
  return fallback
}

const KEYS: ReadonlySet<string> = new Set(['login', 'password', 'account'])

function wordsOf(text: string): string[] {
  const withoutMacros = text.replaceAll(/(^|\n)[ \t]*macdef[^\n]*\n(?:[ \t]*[^\s][^\n]*(?:\n|$))*/g, '$1')
  const word = /#[^\n]*|"((?:[^"\\]|\\.)*)"|(\S+)/g
  return [...withoutMacros.matchAll(word)]
    .filter(([whole]) => !whole.startsWith('#'))
    .map(([, quoted, bare]) => (quoted === undefined ? bare : quoted.replaceAll(/\\(.)/gs, unescaped)))
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }

function unescaped(_whole: string, character: string): string {
  return ESCAPES[character] ?? character
}
