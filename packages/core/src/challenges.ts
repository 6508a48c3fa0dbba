/** One challenge of a WWW-Authenticate or Proxy-Authenticate field (RFC 9110 11.3). */
export interface HttpChallenge {
  /** Lower case. */
  scheme: string
  /** The token68 after the scheme, e.g. the base64 of an NTLM message; or what stands there and is none. */
  token?: string
  /** Parameter names in lower case; values without their quotes. */
  parameters: Record<string, string>
}

/** Longer than any token a server sends, short enough that a hostile one costs nothing. */
const MAX_FIELD_LENGTH = 256 * 1024

/** More than any server offers: a field of letters and commas is not turned into as many objects. */
const MAX_ELEMENTS = 256

const TOKEN = /[!#$%&'*+\-.^_`|~0-9A-Za-z]+/y
const TOKEN68 = /[A-Za-z0-9\-._~+/]+=*(?=[ \t]*(?:,|$))/y
const SPACES = /[ \t]*/y
const SEPARATORS = /[ \t,]*/y
const PARAMETER_SIGN = /[ \t]*=[ \t]*/y
const QUOTED_STRING = /"((?:[^"\\]|\\.)*)"/sy
const TO_NEXT_COMMA = /[^,]*/y
const PARAMETER_AHEAD = /(?=[!#$%&'*+\-.^_`|~0-9A-Za-z]+[ \t]*=)/y

/**
 * Parses every challenge in the field's lines (RFC 9110 11.6.1): several lines or one joined line, quoted strings,
 * token68, schemes of any case. What does not parse is skipped up to the next comma: a server that writes one
 * broken challenge may have written a good one after it. Only the first 256 elements of the list are read.
 */
export function parseChallenges(field: string | readonly string[] | undefined): HttpChallenge[] {
  if (field === undefined) return []
  const lines = typeof field === 'string' ? [field] : field
  const budget = { elements: MAX_ELEMENTS }
  return lines.flatMap((line) => (line.length > MAX_FIELD_LENGTH ? [] : parseLine(line, budget)))
}

function parseLine(line: string, budget: { elements: number }): HttpChallenge[] {
  const challenges: HttpChallenge[] = []
  const scanner = new Scanner(line)
  for (;;) {
    scanner.take(SEPARATORS)
    if (scanner.done || budget.elements-- <= 0) return challenges
    const name = scanner.take(TOKEN)
    if (name === undefined) {
      scanner.take(TO_NEXT_COMMA)
      continue
    }
    const current = challenges.at(-1)
    if (current && scanner.take(PARAMETER_SIGN) !== undefined) {
      current.parameters[name.toLowerCase()] = scanner.value()
      continue
    }
    challenges.push(challenge(scanner, name))
  }
}

function challenge(scanner: Scanner, scheme: string): HttpChallenge {
  scanner.take(SPACES)
  const token = scanner.take(TOKEN68) ?? brokenToken(scanner)
  const parameters: Record<string, string> = Object.create(null)
  return { scheme: scheme.toLowerCase(), ...(token === undefined ? {} : { token }), parameters }
}

/** A token that is no token68 is kept, so that who needs it can say that it is malformed. */
function brokenToken(scanner: Scanner): string | undefined {
  if (scanner.take(PARAMETER_AHEAD) !== undefined) return undefined
  return withoutTrailingSpaces(scanner.take(TO_NEXT_COMMA) ?? '') || undefined
}

/** The optional white space of RFC 9110 5.6.3, and no other; by hand, for `/[ \t]+$/` takes quadratic time. */
function withoutTrailingSpaces(text: string): string {
  let end = text.length
  while (text[end - 1] === ' ' || text[end - 1] === '\t') end--
  return text.slice(0, end)
}

class Scanner {
  readonly #text: string
  #position = 0

  constructor(text: string) {
    this.#text = text
  }

  get done(): boolean {
    return this.#position >= this.#text.length
  }

  /** Takes what the pattern matches here; undefined, and nothing taken, where it does not match. */
  take(pattern: RegExp): string | undefined {
    const match = this.#match(pattern)
    return match?.[0]
  }

  /** A parameter's value: a token or a quoted string; '' for anything else. */
  value(): string {
    const quoted = this.#match(QUOTED_STRING)
    if (quoted) return quoted[1].replace(/\\(.)/gs, '$1')
    return this.take(TOKEN) ?? ''
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#position
    const match = pattern.exec(this.#text)
    if (match) this.#position = pattern.lastIndex
    return match
  }
}
