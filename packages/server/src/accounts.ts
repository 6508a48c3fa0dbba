import type { AccountName, AccountSecret, AccountStore, TargetNames } from '@ntlmkit/core'
import { isGuestName, isNobody, type NtlmError, parseAccountName, shown } from '@ntlmkit/core'
import { configError } from './option-rules.js'

/**
 * The secret of an account: its password, or its NT hash as 16 bytes or 32 hex digits. `guest` says that it stands for
 * people without an account of their own; default: so it is with `Guest`, in every spelling.
 */
export type UserSecret =
  | string
  | (({ password: string } | { ntHash: Uint8Array | string }) & { guest?: boolean })

/** A function that looks an account up by the names that were sent; nothing, where there is none. */
export type UserLookup = (
  name: AccountName,
) => UserSecret | null | undefined | Promise<UserSecret | null | undefined>

/**
 * The accounts: a record from `DOMAIN\user`, `user@dns.domain` or `user` (of any domain) to its secret, or a function
 * that looks them up. Neither is asked for an anonymous user's name.
 */
export type Users = Readonly<Record<string, UserSecret>> | UserLookup

/** @throws {NtlmError} ERR_NTLM_CONFIG for a name or a secret that cannot be one. */
export function accountStore(users: Users | undefined, names: TargetNames): AccountStore {
  if (typeof users === 'function') return guarded(users)
  if (typeof users !== 'object' || users === null || Object.keys(users).length === 0) {
    throw configError('The users are missing.', "Give at least one: users: { 'LAB\\\\alice': 'a password' }.")
  }
  const accounts = Object.entries(users).map(([name, secret]) => account(name, secret))
  return (asked) => accounts.find(({ name }) => isSame(name, asked, names))?.secret
}

function account(text: string, given: UserSecret): { name: AccountName; secret: AccountSecret } {
  const name = parseAccountName(text)
  if (isNobody(name.user)) {
    throw configError(
      `The user ${shown(text)} is the anonymous one.`,
      'It has no password: allow: { anonymous: true }.',
    )
  }
  return { name, secret: secretOf(`The user ${shown(text)}`, name.user, given) }
}

/**
 * A failing function's error is for the log of whoever wrote it: the client asks before it has proved anything. An
 * empty name is an anonymous user's, and those get in by `allow.anonymous` or not at all.
 */
function guarded(users: UserLookup): AccountStore {
  return async (asked) => {
    if (isNobody(asked.user)) return undefined
    const found = await lookUp(users, asked)
    // A row of a database that is not there is often null, and the hash of nothing is one that anybody has.
    return found === null || found === undefined
      ? undefined
      : secretOf('What the users function found', asked.user, found)
  }
}

async function lookUp(users: UserLookup, asked: AccountName): Promise<UserSecret | null | undefined> {
  try {
    return await users(asked)
  } catch (cause) {
    throw configError('The users function failed.', 'See the cause: the error your function threw.', cause)
  }
}

function secretOf(of: string, user: string, given: UserSecret): AccountSecret {
  const secret = typeof given === 'string' ? { password: given } : given
  if (typeof secret !== 'object' || secret === null) throw noPassword(of)
  const { guest = isGuestName(user) } = secret
  if (typeof guest !== 'boolean') throw configError(`${of} has a guest that is neither true nor false.`, GIVE)
  const isSaid = guest || secret.guest !== undefined
  return { ...keyOf(of, secret), ...(isSaid && { guest }) }
}

function keyOf(of: string, secret: object): { password: string } | { ntHash: Uint8Array } {
  if ('password' in secret && typeof secret.password === 'string') return { password: secret.password }
  if (!('ntHash' in secret)) throw noPassword(of)
  const { ntHash } = secret
  if (ntHash instanceof Uint8Array && ntHash.length === 16) return { ntHash }
  if (typeof ntHash === 'string' && /^[0-9a-f]{32}$/i.test(ntHash)) {
    return { ntHash: Buffer.from(ntHash, 'hex') }
  }
  throw configError(
    `${of} has an ntHash of neither 16 bytes nor 32 hex digits.`,
    'Check it, or give the password.',
  )
}

function noPassword(of: string): NtlmError {
  return configError(`${of} has no password.`, GIVE)
}

const GIVE = 'Give a string, { password } or { ntHash }, and guest: true for an account of guests.'

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
