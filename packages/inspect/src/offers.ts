/** One challenge of a WWW-Authenticate or Proxy-Authenticate field. */
export interface Offer {
  /** Lower case. */
  readonly scheme: string
  readonly token?: string | undefined
}

/** Longer than any field that a server sends. */
const MOST = 256 * 1024

const SCHEME = /^[\w!#$%&'*+.^`|~-]+/
const TOKEN68 = /^[\w.~+/-]+=*/

/** The challenges of a field (RFC 9110 11.6.1), whether they came on one line or on several. */
export function offersOf(field: string | readonly string[] | undefined): readonly Offer[] {
  const lines = field === undefined ? [] : typeof field === 'string' ? [field] : field
  return lines.flatMap((line) => elementsOf(line.slice(0, MOST)).flatMap(offerOf))
}

/** By hand, for a pattern with white space on both sides of what may be absent takes quadratic time. */
function offerOf(element: string): Offer[] {
  const scheme = SCHEME.exec(element)?.[0] ?? ''
  const behind = element.slice(scheme.length)
  if (scheme === '' || !/^(?:[ \t]|$)/.test(behind)) return []
  const rest = behind.trimStart()
  // A parameter of the challenge before: `qop = "auth"`.
  if (/^[="]/.test(rest)) return []
  const token = TOKEN68.exec(rest)?.[0] ?? ''
  // The name of a parameter looks like a token: `Basic realm="x"`.
  const isToken = token !== '' && !/^[="]/.test(rest.slice(token.length).trimStart())
  return [{ scheme: scheme.toLowerCase(), token: isToken ? token : undefined }]
}

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
