/**
 * Cookies that legs were answered with. Load balancers bind a handshake to a machine by them: they go with what follows,
 * and come back to the client in front of the final answer's own, so that its jar keeps them.
 */
export class LegCookies {
  /** By name: the whole line as it was set. */
  readonly #lines = new Map<string, string>()

  get isEmpty(): boolean {
    return this.#lines.size === 0
  }

  take(lines: readonly string[]): void {
    for (const line of lines) {
      const name = nameOf(line)
      if (name === undefined || (this.#lines.size >= MAX_COOKIES && !this.#lines.has(name))) continue
      this.#lines.delete(name)
      this.#lines.set(name, line)
    }
  }

  /** The Cookie field of the next request (RFC 6265 5.4): the client's own pairs, and those that were set since. */
  sentWith(own: string | undefined): string | undefined {
    const pairs = new Map<string, string>()
    for (const pair of own?.split(/;\s*/) ?? []) pairs.set(pair.split('=', 1)[0].trim(), pair)
    for (const [name, line] of this.#lines) {
      if (isRemoval(line)) pairs.delete(name)
      else pairs.set(name, line.split(';', 1)[0].trim())
    }
    return pairs.size === 0 ? undefined : [...pairs.values()].join('; ')
  }

  /** The lines to deliver in front of an answer's own; one that the answer sets again is not repeated. */
  deliveredWith(own: readonly string[]): string[] {
    const again = new Set(own.map(nameOf))
    return [...this.#lines].filter(([name]) => !again.has(name)).map(([, line]) => line)
  }
}

/** More than any handshake sets: what bounds a server that sets them for ever. */
const MAX_COOKIES = 50

function nameOf(line: string): string | undefined {
  const [pair] = line.split(';', 1)
  const sign = pair.indexOf('=')
  return sign > 0 ? pair.slice(0, sign).trim() : undefined
}

/** A cookie is taken back by a lifetime that is over (RFC 6265 3.1). */
function isRemoval(line: string): boolean {
  const maxAge = /;\s*max-age=(-?\d+)/i.exec(line)
  if (maxAge !== null) return Number(maxAge[1]) <= 0
  const expires = /;\s*expires=([^;]+)/i.exec(line)
  return expires !== null && Date.parse(expires[1]) <= Date.now()
}
