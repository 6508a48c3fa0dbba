import { type InspectOptionsStylized, inspect } from 'node:util'
import type { ResolvedNtlmOptions } from './rules/options.js'
import { EVERY_ORIGIN } from './rules/origins.js'

/** The connections of an identity, as numbers. */
export interface ConnectionCounts {
  /** All that are open, the free ones included. */
  readonly open: number
  /** Those that wait for a request. */
  readonly free: number
}

/** What may be shown of an identity: nothing secret, and no object by which one could come to a secret. */
export interface IdentityDescription {
  /** `DOMAIN\\user`, as it is sent. */
  readonly account: string
  /** As they were listed; `'*'`, or `'by a function'`. */
  readonly origins: readonly string[] | string
  readonly connections: ConnectionCounts
}

/** Describes an identity for whoever prints it. */
export function describeIdentity(
  { credentials, mayAuthenticate }: Pick<ResolvedNtlmOptions, 'credentials' | 'mayAuthenticate'>,
  connections: ConnectionCounts,
): IdentityDescription {
  const { user, domain } = credentials.account
  const unlisted = mayAuthenticate === EVERY_ORIGIN ? '*' : 'by a function'
  return {
    account: domain === '' ? user : `${domain}\\${user}`,
    origins: mayAuthenticate.patterns ?? unlisted,
    connections,
  }
}

type Inspect = typeof inspect

/**
 * Makes `console.log`, `util.inspect` and `JSON.stringify` show a description in the place of what an object holds: options
 * of agents have keys and passphrases in them.
 *
 * @param name printed before it, as that of a class is.
 * @param describe called when it is printed. It is asked for the object itself, whatever was made from that.
 */
export function showAs<T extends object>(target: T, name: string, describe: () => object): T {
  const print = (depth: number | null, options: InspectOptionsStylized, given: Inspect = inspect) => {
    if (depth !== null && depth < 0) return options.stylize(`[${name}]`, 'special')
    return `${name} ${given(describe(), { ...options, depth })}`
  }
  const hidden = { configurable: true, enumerable: false, writable: true }
  Object.defineProperty(target, inspect.custom, { ...hidden, value: print })
  return Object.defineProperty(target, 'toJSON', { ...hidden, value: describe })
}
