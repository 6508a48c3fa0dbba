/** One challenge of a WWW-Authenticate or Proxy-Authenticate field. */
export interface Offer {
  /** Lower case. */
  readonly scheme: string
  readonly token?: string | undefined
}

/** Longer than any field that a server sends. */
const MOST = 256 * 1024

/** A scheme, and perhaps a token68: a parameter has `=` where the name ends. */
const CHALLENGE = /^([\w!#$%&'*+.^`|~-]+)(?:[ \t]+([\w.~+/-]+=*)?(?![ \t]*[="]).*)?$/s

/** The challenges of a field (RFC 9110 11.6.1), whether they came on one line or on several. */
export function offersOf(field: string | readonly string[] | undefined): readonly Offer[] {
  const lines = field === undefined ? [] : typeof field === 'string' ? [field] : field
  return lines.flatMap((line) => elementsOf(line.slice(0, MOST)).flatMap(offerOf))
}

function offerOf(element: string): Offer[] {
  const [, scheme, token] = CHALLENGE.exec(element) ?? WITH_PARAMETER.exec(element) ?? []
  return scheme === undefined ? [] : [{ scheme: scheme.toLowerCase(), token }]
}

/** A scheme with its first parameter: `Basic realm="x"`. */
const WITH_PARAMETER = /^([\w!#$%&'*+.^`|~-]+)[ \t]+[\w!#$%&'*+.^`|~-]+[ \t]*=/

/** The elements of a list, split at the commas outside of quotes. */
function elementsOf(line: string): string[] {
  const elements: string[] = []
  let start = 0
  let isQuoted = false
  for (let at = 0; at <= line.length; at++) {
    const character = line[at]
    if (character === '"') isQuoted = !isQuoted
    else if (character === '\\' && isQuoted) at++
    if (at < line.length && (character !== ',' || isQuoted)) continue
    elements.push(line.slice(start, at).trim())
    start = at + 1
  }
  return elements
}
