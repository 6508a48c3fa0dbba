import { type CredentialOptions, parseAccountName, secretOf } from '@ntlmkit/core'
import { AccountLogOns } from './rules/account-log-ons.js'
import { badOption } from './rules/failures.js'
import { keyedHash } from './rules/keyed-hash.js'
import { LOG_ONS, ownOptions } from './rules/options.js'

/** One user of a process that acts for many: exactly one of `password` and `ntHash`. */
export type IdentityCredential = Pick<CredentialOptions, 'username' | 'password' | 'ntHash' | 'domain'>

/** What an {@link Identities} keeps, and how. */
export interface IdentitiesOptions<T> {
  /** The most that are kept. Default: 100. */
  max?: number | undefined
  /** Makes what serves one user; what it throws is thrown by `for`, and nothing is kept or closed. */
  open: (credential: IdentityCredential) => T
  /**
   * Lets go of what is no longer kept. Whoever got it from `for` a moment ago may not have used it yet: requests under
   * way finish, late ones go all the same, and no connection stays idle.
   *
   * @param isEnd true where all are closed: there nobody may be late.
   * @returns done when nothing is under way.
   */
  close: (value: T, isEnd: boolean) => void | Promise<void>
}

/** Options that all users share: without a credential, and with the bound. */
export type SharedOptions<O> = Omit<O, keyof IdentityCredential> & {
  /** The most users that are kept. Default: 100. */
  max?: number | undefined
}

/** By what a secret is known again: a function by itself, anything else by a hash under a key of this process. */
interface Proof {
  readonly kind: 'password' | 'ntHash'
  readonly secret: unknown
}

interface Entry<T> {
  readonly proof: Proof
  readonly value: T
}

const DEFAULT_MAX = 100
/** Accounts whose log-ons are remembered, the least recently used forgotten first: those let go of late are among them. */
const MIN_REMEMBERED = 1000
const REMEMBERED_FOR_EACH_KEPT = 10
const CREDENTIAL_NAMES: readonly string[] = ['username', 'password', 'ntHash', 'domain']

/**
 * A bounded cache of agents, clients or instances by user, for one process that acts for many. One account has one
 * entry; with another secret it is another identity, which takes the place of the one before. The least recently used
 * goes first. What an account's log-ons came to outlives all of them: a rejected password is not tried again for having
 * been let go, and another spelling of the account has been rejected with it.
 */
export class Identities<T> {
  declare readonly [Symbol.asyncDispose]: () => Promise<void>
  readonly #max: number
  readonly #open: IdentitiesOptions<T>['open']
  readonly #close: IdentitiesOptions<T>['close']
  /** By account, the least recently used first. */
  readonly #entries = new Map<string, Entry<T>>()
  /** By account, its case aside, the least recently used first. */
  readonly #logOns = new Map<string, AccountLogOns>()
  readonly #closing = new Set<Promise<void>>()
  #isClosed = false

  /** @throws {NtlmError} ERR_NTLM_CONFIG for a `max` that is no whole number above 0. */
  constructor({ max, open, close }: IdentitiesOptions<T>) {
    this.#max = checkedMax(max)
    this.#open = open
    this.#close = close
  }

  /** The number of those that are kept. */
  get size(): number {
    return this.#entries.size
  }

  /**
   * The one of this user: ask for it for every request, and keep it for no other. A function as secret is known by being
   * the same function, not by what it returns.
   *
   * @throws {NtlmError} ERR_NTLM_CONFIG for a credential that is no such thing, and behind `close`.
   */
  for(credential: IdentityCredential): T {
    if (this.#isClosed) {
      throw badOption('These identities are closed.', 'Make others with identities(), or close them later.')
    }
    const own = checkedCredential(credential)
    const key = keyOf(own)
    const proof = proofOf(own)
    const known = this.#entries.get(key)
    const logOns = this.#logOnsOf(key)
    if (known !== undefined && isSame(known.proof, proof)) {
      this.#keep(key, known)
      return known.value
    }
    const value = this.#open({ ...own, [LOG_ONS]: logOns } as IdentityCredential)
    if (known !== undefined) this.#letGo(known)
    this.#keep(key, { proof, value })
    this.#evict()
    return value
  }

  /**
   * Keeps none any more, and gives none out.
   *
   * @returns done when nothing is under way, evicted ones included; fails as the first of them does.
   */
  async close(): Promise<void> {
    this.#isClosed = true
    const entries = [...this.#entries.values()]
    this.#entries.clear()
    for (const entry of entries) this.#letGo(entry)
    const ends = await Promise.allSettled(this.#closing)
    const failed = ends.find((end) => end.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }

  /** Windows takes names in any case, and counts the failures of one account. */
  #logOnsOf(key: string): AccountLogOns {
    const account = key.toUpperCase()
    const logOns = this.#logOns.get(account) ?? new AccountLogOns()
    this.#logOns.delete(account)
    this.#logOns.set(account, logOns)
    if (this.#logOns.size > Math.max(MIN_REMEMBERED, REMEMBERED_FOR_EACH_KEPT * this.#max)) {
      const [oldest] = this.#logOns.keys()
      this.#logOns.delete(oldest)
    }
    return logOns
  }

  #keep(key: string, entry: Entry<T>): void {
    this.#entries.delete(key)
    this.#entries.set(key, entry)
  }

  #evict(): void {
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size <= this.#max) return
      this.#entries.delete(key)
      this.#letGo(entry)
    }
  }

  #letGo({ value }: Entry<T>): void {
    const closing = (async () => this.#close(value, this.#isClosed))()
    this.#closing.add(closing)
    const done = () => this.#closing.delete(closing)
    closing.then(done, done)
  }
}

// Node has the symbol from 20.5 on.
if (Symbol.asyncDispose !== undefined) {
  Object.defineProperty(Identities.prototype, Symbol.asyncDispose, {
    value(this: Identities<unknown>): Promise<void> {
      return this.close()
    },
  })
}

/** Any user, to find out at once whether the other options are good: `open(ANYBODY)` throws where they are not. */
export const ANYBODY: IdentityCredential = Object.freeze({ username: 'anybody', password: 'of nobody' })

/**
 * Parts the options that all users share from the bound.
 *
 * @throws {NtlmError} ERR_NTLM_CONFIG for a credential among them: it would be everybody's.
 */
export function sharedOptions<O extends { max?: number | undefined }>(
  options: O,
): [Omit<O, 'max'>, number | undefined] {
  const { max, ...shared } = ownOptions(options)
  const ofOne = CREDENTIAL_NAMES.find((name) => name in shared)
  if (ofOne === undefined) return [shared, max]
  throw badOption(
    `The ${ofOne} option belongs to one user.`,
    'Give it to for(): identities(options).for({ username, password }).',
  )
}

function checkedMax(max: number | undefined = DEFAULT_MAX): number {
  if (Number.isInteger(max) && max > 0) return max
  throw badOption('The max option is no whole number above 0.', 'It is the number of users that are kept.')
}

function checkedCredential(credential: IdentityCredential): IdentityCredential {
  const own = ownOptions(credential)
  if (typeof own.username !== 'string') {
    throw badOption('The credential has no username.', 'Give username, and password or ntHash.')
  }
  if (Object.keys(own).every((name) => CREDENTIAL_NAMES.includes(name))) return own
  throw badOption(
    'The credential has an option that belongs to no user.',
    `It takes ${CREDENTIAL_NAMES.join(', ')}; give the others to identities().`,
  )
}

/** Names are no secrets. Their case is kept apart: not every server takes one for the other. */
function keyOf({ username, domain }: IdentityCredential): string {
  const account = parseAccountName(username, domain)
  return JSON.stringify([account.domain, account.user])
}

function proofOf(credential: IdentityCredential): Proof {
  const { kind, secret } = secretOf(credential)
  if (typeof secret === 'function') return { kind, secret }
  if (typeof secret === 'string' || secret instanceof Uint8Array) {
    return { kind, secret: keyedHash(kind, secret) }
  }
  throw badOption(
    `The ${kind} is of the wrong type.`,
    `Give ${kind} as a string, or as a function that returns one.`,
  )
}

function isSame(one: Proof, other: Proof): boolean {
  return one.kind === other.kind && one.secret === other.secret
}
