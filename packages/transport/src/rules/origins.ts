import { isIP } from 'node:net'
import { badOrigins, originOf, textOf, wildcardOnAddress } from './origin-mistakes.js'

/** One origin or a wildcard for subdomains; of a URL object, its origin. */
export type OriginPattern = string | URL

/** The origins that may get credentials: one, a wildcard for subdomains, several of both, a predicate, or `'*'`. */
export type Origins = OriginPattern | readonly OriginPattern[] | ((origin: string) => boolean)

/** Tells whether an origin, as `URL.origin` writes it, may get credentials. */
export interface OriginPolicy {
  (origin: string): boolean
  /**
   * The origins and wildcards that were listed, as `URL.origin` writes them; absent for `'*'`, and for a predicate that
   * has no such list itself: that of a package which adapts a client may, and it may grow.
   */
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
  if (origins === '*') return EVERY_ORIGIN
  const single = textOf(origins)
  const list: unknown = single === undefined ? origins : [single]
  if (!Array.isArray(list) || list.length === 0) throw badOrigins(list)
  if (list.includes('*')) return EVERY_ORIGIN
  const exact = new Set<string>()
  const wildcards: Wildcard[] = []
  for (const pattern of list) {
    const text = textOf(pattern)
    if (text !== undefined && WILDCARD.test(text)) wildcards.push(wildcardOf(text))
    else exact.add(originOf(pattern).origin)
  }
  const allows = (origin: string) =>
    exact.has(origin) || wildcards.some((wildcard) => matchesWildcard(wildcard, origin))
  return Object.assign(allows, { patterns: [...exact, ...wildcards.map(({ pattern }) => pattern)] })
}

function policyOf(predicate: OriginPolicy): OriginPolicy {
  const policy = (origin: string) => predicate(origin) === true
  const patterns = () => {
    const known: unknown = predicate.patterns
    return Array.isArray(known) ? known.filter((pattern) => typeof pattern === 'string') : undefined
  }
  return Object.defineProperty(policy, 'patterns', { get: patterns })
}

/** The policy of `'*'`. */
export const EVERY_ORIGIN: OriginPolicy = () => true

const WILDCARD = /^https?:\/\/\*\./i

interface Wildcard {
  readonly pattern: string
  readonly protocol: string
  /** With its leading dot. */
  readonly suffix: string
  readonly port: string
}

function wildcardOf(text: string): Wildcard {
  const { protocol, host, hostname, port } = originOf(text, text.replace('*.', ''))
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) throw wildcardOnAddress(text)
  return { pattern: `${protocol}//*.${host}`, protocol, suffix: `.${hostname}`, port }
}

function matchesWildcard({ protocol, suffix, port }: Wildcard, origin: string): boolean {
  const url = new URL(origin)
  return url.protocol === protocol && url.port === port && url.hostname.endsWith(suffix)
}
