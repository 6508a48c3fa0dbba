/** The pattern that comes nearest to an origin, and in what it differs. */
export interface NearestOrigin {
  readonly pattern: string
  /** In words, for the middle of a sentence: `its port is 8080, and the request's 80`. */
  readonly differs: string
  /** False where even its name is quite another. */
  readonly isNear: boolean
}

/** One part in which an origin differs from a pattern; the lower its weight, the likelier a slip. */
interface Difference {
  readonly weight: number
  readonly text: string
}

/** Names of this machine. */
const LOOPBACK = /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/

/** A name that is no slip of the other one. */
const ANOTHER_NAME = 8

/** The origin's nearest pattern; undefined where there is none to compare with. */
export function nearestOrigin(origin: string, patterns: readonly string[]): NearestOrigin | undefined {
  let nearest: (NearestOrigin & { weight: number }) | undefined
  for (const pattern of patterns) {
    const found = differencesFrom(pattern, origin)
    if (found.length === 0) continue
    const weight = found.reduce((sum, difference) => sum + difference.weight, 0)
    if (nearest !== undefined && nearest.weight <= weight) continue
    const isNear = found.every((difference) => difference.weight < ANOTHER_NAME)
    nearest = { pattern, weight, isNear, differs: found.map(({ text }) => text).join('; ') }
  }
  return nearest
}

function differencesFrom(pattern: string, origin: string): Difference[] {
  const written = pattern.replace('://*.', '://')
  if (!URL.canParse(written) || !URL.canParse(origin)) return []
  const [listed, asked] = [new URL(written), new URL(origin)]
  const differences = [
    schemeDifference(listed, asked),
    nameDifference(listed.hostname, asked.hostname, written !== pattern),
    portDifference(listed, asked),
  ]
  return differences.filter((difference) => difference !== undefined)
}

function schemeDifference(listed: URL, asked: URL): Difference | undefined {
  if (listed.protocol === asked.protocol) return undefined
  return {
    weight: 1,
    text: `its scheme is ${schemeOf(listed)}, and the request's ${schemeOf(asked)}`,
  }
}

function portDifference(listed: URL, asked: URL): Difference | undefined {
  // The default ports of two schemes differ with the schemes.
  if (listed.port === asked.port) return undefined
  const [its, own] = [listed, asked].map(
    (url) => url.port || `${defaultPort(url)}, the default of ${schemeOf(url)}`,
  )
  return { weight: 2, text: `its port is ${its}, and the request's ${own}` }
}

function nameDifference(listed: string, asked: string, isWildcard: boolean): Difference | undefined {
  if (isWildcard && asked.endsWith(`.${listed}`)) return undefined
  if (isWildcard && asked === listed) {
    return { weight: 1, text: `it stands for the names below ${listed}, and not for ${listed} itself` }
  }
  if (!isWildcard && listed === asked) return undefined
  const text = `its name is ${isWildcard ? '*.' : ''}${listed}, and the request's ${asked}`
  if (isWildcard) return { weight: ANOTHER_NAME, text }
  if (LOOPBACK.test(listed) && LOOPBACK.test(asked)) {
    return { weight: 1, text: `${text} (one machine, and two origins)` }
  }
  if (isShortFor(listed, asked) || isShortFor(asked, listed)) {
    return { weight: 1, text: `${text} (a short name and a whole one are two origins)` }
  }
  return { weight: isNearly(listed, asked) ? 3 : ANOTHER_NAME, text }
}

/** `intranet` for `intranet.corp`, and `corp` for `www.corp`. */
function isShortFor(short: string, whole: string): boolean {
  return whole.startsWith(`${short}.`) || whole === `www.${short}`
}

/** One letter in four may be wrong, missing or too many: what is alike at both ends is left out of the count. */
function isNearly(listed: string, asked: string): boolean {
  const longest = Math.max(listed.length, asked.length)
  const shortest = Math.min(listed.length, asked.length)
  let before = 0
  while (before < shortest && listed[before] === asked[before]) before++
  let behind = 0
  while (behind < shortest - before && listed.at(-1 - behind) === asked.at(-1 - behind)) behind++
  return longest - before - behind <= longest / 4
}

function schemeOf({ protocol }: URL): string {
  return protocol.slice(0, -1)
}

function defaultPort({ protocol }: URL): string {
  return protocol === 'https:' ? '443' : '80'
}
