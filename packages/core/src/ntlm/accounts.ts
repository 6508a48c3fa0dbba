import type { AccountName } from '../credentials.js'
import { type LegacyOptions, lmHashOf } from './legacy.js'
import { ntHashOf } from './response.js'

/** What an account store knows of an account. */
export type AccountSecret = ({ password: string } | { ntHash: Uint8Array }) & {
  /** Whether it stands for people without an account of their own. Default: whether its user is `Guest`. */
  guest?: boolean
}

/** Looks an account up by the names that were sent; undefined when there is none. */
export type AccountStore = (
  name: AccountName,
) => AccountSecret | undefined | Promise<AccountSecret | undefined>

/** What responses are checked with. */
export interface AccountHashes {
  ntHash: Uint8Array
  lmHash: Buffer | undefined
}

/** Hashes an account's secret; for an account that does not exist with as much work, for a secret nobody has. */
export function accountHashes(secret: AccountSecret | undefined, legacy?: LegacyOptions): AccountHashes {
  const password = secret && 'password' in secret ? secret.password : undefined
  const hashed = ntHashOf(password ?? '')
  const given = secret && 'ntHash' in secret ? secret.ntHash : NOBODY
  return {
    ntHash: password === undefined ? given : hashed,
    lmHash: legacy?.lm === true && password !== undefined ? lmHashOf(password) : undefined,
  }
}

const NOBODY = Buffer.alloc(16)

/** Whether an account is one for guests. */
export function isGuest(name: AccountName, secret: AccountSecret): boolean {
  return secret.guest ?? name.user.toLowerCase() === 'guest'
}
