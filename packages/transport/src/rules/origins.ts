import { badOption } from './failures.js'

/** The origins that may get credentials: one, a wildcard for subdomains, several of both, a predicate, or `'*'`. */
export type Origins = string | readonly string[] | ((origin: string) => boolean)

/** Tells whether an origin, as `URL.origin` writes it, may get credentials. */
export interface OriginPolicy {
  (origin: string): boolean
  /** The list that it was made of, as `URL.origin` writes it; absent where a function decides. */
  readonly patterns?: readonly string[] | undefined
}

/**
 * Compiles the `origins` option. `'https://*.corp'` stands for every name below `corp`, of any depth, and not for
 * `corp` itself; a port that is not named is the scheme's own.
 *
 * @throws {NtlmError} ERR_NTLM_CONFIG for anything that is no origin.
 */
export function originPolicy(origins: Origins | undefined): OriginPolicy {
  if (typeof origins === 'function') return policyOf(origins)
  if (origins === '*') return () => true
  const list = typeof origins === 'string' ? [origins] : origins
  if (!Array.isArray(list) || list.length === 0) {
    throw badOption(
      `The origins option is ${origins === undefined ? 'missing' : 'neither a string, a list nor a function'}.`,
      "Name who may get the credentials: origins: 'https://intranet.corp', a list, a predicate, or '*'.",
    )
  }
  if (list.includes('*')) return () => true
  const exact = new Set<string>()
  const suffixes: Wildcard[] = []
  for (const pattern of list) {
    const wildcard = /^https?:\/\/\*\./i.test(pattern)
    if (wildcard) suffixes.push(wildcardOf(pattern))
    else exact.add(parseOrigin(pattern).origin)
  }
  const policy = (origin: string) =>
    exact.has(origin) || suffixes.some((suffix) => matchesWildcard(suffix, origin))
  return Object.assign(policy, { patterns: [...exact, ...suffixes.map(patternOf)] })
}

/** A predicate as a policy. A package that adapts a client may know the list behind its own, which may grow. */
function policyOf(predicate: OriginPolicy): OriginPolicy {
  const policy = (origin: string) => predicate(origin) === true
  const patterns = () => {
    const known: unknown = predicate.patterns
    return Array.isArray(known) ? known.filter((pattern) => typeof pattern === 'string') : undefined
  }
  return Object.defineProperty(policy, 'patterns', { get: patterns })
}

interface Wildcard {
  protocol: string
  /** With its leading dot. */
  suffix: string
  port: string
}

function wildcardOf(pattern: string): Wildcard {
  const { protocol, hostname, port } = parseOrigin(pattern.replace('*.', ''))
  return { protocol, suffix: `.${hostname}`, port }
}

function patternOf({ protocol, suffix, port }: Wildcard): string {
  return `${protocol}//*${suffix}${port && `:${port}`}`
}

function matchesWildcard({ protocol, suffix, port }: Wildcard, origin: string): boolean {
  const url = new URL(origin)
  return url.protocol === protocol && url.port === port && url.hostname.endsWith(suffix)
}

function parseOrigin(pattern: unknown): URL {
  const url = typeof pattern === 'string' && URL.canParse(pattern) ? new URL(pattern) : undefined
  const isOrigin = url && /^https?:$/.test(url.protocol) && url.pathname === '/' && !url.search && !url.hash
  if (url && isOrigin && !url.username && !url.hostname.includes('*')) return url
  throw badOption(
    `The origins option has ${shown(pattern, url)}, which is no origin.`,
    "An origin is a scheme, a host and perhaps a port: 'https://intranet.corp', 'https://*.corp:8443'.",
  )
}

/** A pattern as far as it can be shown: who writes a URL here may have written a password into it. */
function shown(pattern: unknown, url: URL | undefined): string {
  if (url === undefined || !/^https?:$/.test(url.protocol))
    return `a ${typeof pattern} that is no http(s) URL`
  return `'${url.protocol}//${url.username ? '...@' : ''}${url.host}${url.pathname}'`
}
