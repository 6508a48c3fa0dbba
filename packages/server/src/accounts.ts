import type { AccountName, AccountSecret, AccountStore, TargetNames } from '@ntlmkit/core'
import { parseAccountName } from '@ntlmkit/core'
import { configError } from './option-rules.js'

/** What is known of an account: its password, or its NT hash as 16 bytes or 32 hex digits. */
export type UserSecret = string | { password: string } | { ntHash: Uint8Array | string }

/**
 * The accounts: a record from `DOMAIN\user`, `user@dns.domain` or `user` (of any domain) to its secret, or a function
 * that looks an account up by the names that were sent.
 */
export type Users = Readonly<Record<string, UserSecret>> | AccountStore

/** @throws {NtlmError} ERR_NTLM_CONFIG for a name or a secret that cannot be one. */
export function accountStore(users: Users | undefined, names: TargetNames): AccountStore {
  if (typeof users === 'function') return guarded(users)
  if (typeof users !== 'object' || users === null || Object.keys(users).length === 0) {
    throw configError('The users are missing.', "Give at least one: users: { 'LAB\\\\alice': 'a password' }.")
  }
  const accounts = Object.entries(users).map(([name, secret]) => ({
    name: parseAccountName(name),
    secret: secretOf(name, secret),
  }))
  return (asked) => accounts.find(({ name }) => isSame(name, asked, names))?.secret
}

/** What a store says when it fails is for the log of whoever wrote it: the client asks before it has proved anything. */
function guarded(users: AccountStore): AccountStore {
  return async (asked) => {
    try {
      return await users(asked)
    } catch (cause) {
      throw configError('The users function failed.', 'See the cause: the error your function threw.', cause)
    }
  }
}

function secretOf(name: string, secret: UserSecret): AccountSecret {
  if (typeof secret === 'string') return { password: secret }
  if (typeof secret === 'object' && secret !== null) {
    if ('password' in secret && typeof secret.password === 'string') return { password: secret.password }
    if ('ntHash' in secret) return { ntHash: ntHashBytes(name, secret.ntHash) }
  }
  throw configError(`The user ${name} has no password.`, 'Give a string, { password } or { ntHash }.')
}

function ntHashBytes(name: string, hash: Uint8Array | string): Uint8Array {
  if (hash instanceof Uint8Array && hash.length === 16) return hash
  if (typeof hash === 'string' && /^[0-9a-f]{32}$/i.test(hash)) return Buffer.from(hash, 'hex')
  throw configError(
    `The ntHash of ${name} is neither 16 bytes nor 32 hex digits.`,
    'Check it, or give the password.',
  )
}

/** Names have no case. An empty domain, and `.`, is the server's own; `user@dns.domain` belongs to that domain. */
function isSame(known: AccountName, asked: AccountName, names: TargetNames): boolean {
  if (same(known.user, asked.user)) return isSameDomain(known.domain, asked.domain, names)
  const [user, suffix] = splitAtLast(asked.user, '@')
  return suffix !== undefined && same(known.user, user) && isSameDomain(known.domain, suffix, names)
}

function isSameDomain(known: string, asked: string, names: TargetNames): boolean {
  if (known === '' || asked === '' || asked === '.' || same(known, asked)) return true
  return same(known, names.netbiosDomain) && same(asked, names.dnsDomain ?? '')
}

function splitAtLast(text: string, mark: string): [string, string | undefined] {
  const at = text.lastIndexOf(mark)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

function same(a: string, b: string): boolean {
  return a.toUpperCase() === b.toUpperCase()
}
