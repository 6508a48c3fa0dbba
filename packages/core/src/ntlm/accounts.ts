import type { AccountName } from '../account-name.js'
import { ownOptions } from '../own-options.js'
import { isGuestName } from './account-names.js'
import { type LegacyOptions, lmHashOf } from './legacy.js'
import { ntHashOf } from './response.js'

/** The secret of an account, as its store knows it. */
export type AccountSecret = ({ password: string } | { ntHash: Uint8Array }) & {
  /** True where it stands for people without an account of their own. Default: true if its user is `Guest`. */
  guest?: boolean | undefined
}

/** Looks an account up by the names that were sent; undefined when there is none. */
export type AccountStore = (
  name: AccountName,
) => AccountSecret | undefined | Promise<AccountSecret | undefined>

/** The hashes that responses are checked with. */
export interface AccountHashes {
  ntHash: Uint8Array
  lmHash: Buffer | undefined
}

/** Hashes an account's secret; for an account that does not exist with as much work, for a secret nobody has. */
export function accountHashes(secret: AccountSecret | undefined, legacy?: LegacyOptions): AccountHashes {
  const own = secret && ownOptions(secret)
  const password = own && 'password' in own ? own.password : undefined
  const hashed = ntHashOf(password ?? '')
  const given = own && 'ntHash' in own ? own.ntHash : NOBODY
  return {
    ntHash: password === undefined ? given : hashed,
    lmHash: legacy?.lm === true && password !== undefined ? lmHashOf(password) : undefined,
  }
}

const NOBODY = Buffer.alloc(16)

/**
 * The secret where it is one that somebody can know. A store that says null, or leaves the password undefined, has no such
 * account: the hash of nothing would let everybody in who sends that.
 */
export function usable(secret: AccountSecret | null | undefined): AccountSecret | undefined {
  if (typeof secret !== 'object' || secret === null) return undefined
  const { password, ntHash } = ownOptions(secret) as { password?: unknown; ntHash?: unknown }
  return typeof password === 'string' || ntHash instanceof Uint8Array ? secret : undefined
}

/** True for an account that is one for guests. */
export function isGuest({ user }: AccountName, secret: AccountSecret): boolean {
  return ownOptions(secret).guest ?? isGuestName(user)
}
