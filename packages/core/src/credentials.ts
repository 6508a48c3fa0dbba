import { inspect } from 'node:util'
import { type AccountName, parseAccountName } from './account-name.js'
import { knownAcrossCopies } from './brand.js'
import { isEmptyPassword, tellEmptyPassword } from './empty-password.js'
import { badOption, NtlmError } from './errors.js'
import { checkFieldLength } from './field-length.js'
import { type LegacyOptions, lmHashOf } from './ntlm/legacy.js'
import { ntHashOf, ntowfV2 } from './ntlm/response.js'
import { ownOptions } from './own-options.js'

/** A secret: itself, or a function that is called once a handshake. */
export type SecretSource<T> = T | (() => T | Promise<T>)

/** The account to authenticate as; one of `password` and `ntHash` is required. */
export interface CredentialOptions {
  /** `DOMAIN\user`, `user@dns.domain`, `.\user` (an account of the server itself) or `user`. Required. */
  username: string
  /** The password, or a function that returns it. Null is none. */
  password?: SecretSource<string> | null | undefined
  /** MD4 of the password in UTF-16LE: 16 bytes, or 32 hex digits; or a function that returns it. Null and `''` are none. */
  ntHash?: SecretSource<Uint8Array | string> | null | undefined
  /** The account's domain. Null and `''` are none. Default: the one in `username`. */
  domain?: string | null | undefined
  /** With `{ ntlmV1: true, lm: true }` the LM hash of a password is kept too. Default: it is never made. */
  legacy?: LegacyOptions | undefined
}

/** The account and its secret for one handshake: what a response is computed from. Shows nothing secret. */
export class Credential {
  readonly user: string
  readonly domain: string
  readonly #ntHash: Buffer
  readonly #lmHash: Buffer | undefined
  #ntowfV2: Buffer | undefined

  /**
   * @param lmHash for LM alone ([MS-NLMP] 3.3.1); default: there is none.
   * @throws {NtlmError} ERR_NTLM_CONFIG for a name that is longer than its field can be.
   */
  constructor(account: AccountName, ntHash: Buffer, lmHash?: Buffer) {
    checkFieldLength('user', account.user)
    checkFieldLength('domain', account.domain)
    this.user = account.user
    this.domain = account.domain
    this.#ntHash = ntHash
    this.#lmHash = lmHash
  }

  /** NTOWFv1, the NT hash itself: for NTLMv1. */
  ntowfV1(): Buffer {
    return this.#ntHash
  }

  /** LMOWFv1; undefined unless it was asked for, and for a password that has none. */
  lmowfV1(): Buffer | undefined {
    return this.#lmHash
  }

  /** NTOWFv2 of this account, computed once. */
  ntowfV2(): Buffer {
    this.#ntowfV2 ??= ntowfV2(this.#ntHash, this.user, this.domain)
    return this.#ntowfV2
  }

  toJSON(): AccountName {
    return { user: this.user, domain: this.domain }
  }

  toString(): string {
    return this.domain === '' ? this.user : `${this.domain}\\${this.user}`
  }

  [inspect.custom](): string {
    return `Credential(${this.toString()})`
  }
}

knownAcrossCopies(Credential, 'Credential')

/** Credentials of one account that are told apart: more than a function has passwords to try. */
const MAX_RECENT = 4

/** The identity of one agent: checks its options once and gives a {@link Credential} for each handshake. */
export class Credentials {
  readonly account: AccountName
  /** As it was written. */
  readonly username: string
  readonly #source: () => Hashes | Promise<Hashes>
  /** The last ones, the newest first: what is known of a credential holds when a function comes back to it. */
  #recent: readonly { hash: Buffer; credential: Credential }[] = []

  /** @throws {NtlmError} ERR_NTLM_CONFIG for options that are missing, of the wrong kind, or contradictory. */
  constructor(given: CredentialOptions) {
    const options = ownOptions(given, 'legacy')
    checkString('username', options.username)
    if (options.domain !== undefined && options.domain !== null) checkString('domain', options.domain)
    if (options.domain && options.domain === options.password) {
      throw badOption(
        'The domain option is the same as the password.',
        'Give the domain as Windows shows it, and the password apart from it.',
      )
    }
    this.username = options.username
    this.account = parseAccountName(options.username, options.domain)
    this.#source = secretSource(options)
  }

  /** Calls the secret's function, if it is one; the hash is computed again only when the secret changed. */
  resolve(): Credential | Promise<Credential> {
    const hashes = this.#source()
    return hashes instanceof Promise
      ? hashes.then((value) => this.#credential(value))
      : this.#credential(hashes)
  }

  #credential({ nt, lm }: Hashes): Credential {
    const [newest] = this.#recent
    if (newest?.hash.equals(nt)) return newest.credential
    const known = this.#recent.find(({ hash }) => hash.equals(nt))
    const current = known ?? { hash: nt, credential: new Credential(this.account, nt, lm) }
    if (known === undefined) tellEmptyPassword(nt, current.credential)
    this.#recent = [current, ...this.#recent.filter((one) => one !== current)].slice(0, MAX_RECENT)
    return current.credential
  }

  /**
   * As `resolve`, by callbacks: at once where the secret is at hand.
   *
   * @param failed gets ERR_NTLM_CONFIG when the secret's function fails, and whatever `use` throws.
   */
  whenResolved(use: (credential: Credential) => void, failed: (error: unknown) => void): void {
    try {
      const credential = this.resolve()
      if (credential instanceof Promise) credential.then(use).catch(failed)
      else use(credential)
    } catch (error) {
      failed(error)
    }
  }

  /** True if the password that was used last is empty. */
  get isEmpty(): boolean {
    const [newest] = this.#recent
    return newest !== undefined && isEmptyPassword(newest.hash)
  }

  toJSON(): AccountName {
    return this.account
  }

  [inspect.custom](): string {
    return `Credentials(${this.account.domain}\\${this.account.user})`
  }
}

/** The part of a secret that is kept. */
interface Hashes {
  nt: Buffer
  lm?: Buffer
}

/**
 * The one secret of a credential. Forms send every field: an empty `ntHash` is none, and so is an empty password beside
 * one; alone, an empty password is what it says. An NT hash has one form, its bytes, however it was written.
 *
 * @throws {NtlmError} ERR_NTLM_CONFIG for none and for both, and for an NT hash that is none.
 */
export function secretOf(given: Pick<CredentialOptions, 'password' | 'ntHash'>): GivenSecret {
  const { password, ntHash } = given
  const hasHash = ntHash !== undefined && ntHash !== null && ntHash !== ''
  const hasPassword = password !== undefined && password !== null && !(hasHash && password === '')
  if (hasHash && hasPassword) {
    throw badOption('Both password and ntHash are given.', 'Give exactly one of password and ntHash.')
  }
  if (hasHash)
    return { kind: 'ntHash', secret: typeof ntHash === 'function' ? ntHash : ntHashBytes(ntHash).nt }
  if (hasPassword) return { kind: 'password', secret: password }
  const named = (['password', 'ntHash'] as const).find((name) => Object.hasOwn(given, name))
  if (named === undefined) {
    throw badOption('Neither password nor ntHash is given.', 'Give exactly one of password and ntHash.')
  }
  throw badOption(
    `Neither password nor ntHash is given: ${named} is ${absence(given[named])}.`,
    `Give exactly one of password and ntHash. ${UNSET}`,
  )
}

const UNSET = 'A variable of the environment that is not set is undefined.'

function absence(value: unknown): string {
  if (value === null) return 'null'
  return value === undefined ? 'undefined' : 'empty'
}

type GivenSecret =
  | { kind: 'password'; secret: SecretSource<string> }
  | { kind: 'ntHash'; secret: SecretSource<Uint8Array | string> }

function secretSource(options: CredentialOptions): () => Hashes | Promise<Hashes> {
  const { legacy } = options
  const given = secretOf(options)
  if (given.kind === 'ntHash') return hashedSource('ntHash', given.secret, ntHashBytes)
  const keepLm = legacy?.ntlmV1 === true && legacy.lm === true
  return hashedSource('password', given.secret, (password) => passwordHashes(password, keepLm))
}

function hashedSource<T>(
  name: string,
  source: SecretSource<T>,
  hash: (secret: T) => Hashes,
): () => Hashes | Promise<Hashes> {
  if (typeof source !== 'function') {
    const fixed = hash(source as T)
    return () => fixed
  }
  const call = source as () => T | Promise<T>
  return () => {
    const secret = callSource(name, call)
    if (!isPromise(secret)) return hash(secret)
    return Promise.resolve(secret).then(hash, (cause) => sourceFailed(name, cause))
  }
}

function callSource<T>(name: string, call: () => T | Promise<T>): T | Promise<T> {
  try {
    return call()
  } catch (cause) {
    return sourceFailed(name, cause)
  }
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as Partial<Promise<T>> | null)?.then === 'function'
}

function sourceFailed(name: string, cause: unknown): never {
  throw badOption(`The ${name} function failed.`, 'See the cause: the error your function threw.', cause)
}

function passwordHashes(password: string, keepLm: boolean): Hashes {
  checkString('password', password)
  return { nt: ntHashOf(password), lm: keepLm ? lmHashOf(password) : undefined }
}

function ntHashBytes(hash: Uint8Array | string): Hashes {
  const isHex = typeof hash === 'string' && /^[0-9a-f]{32}$/i.test(hash)
  // Not from Buffer's pool: whoever holds another piece of that has the hash too, for as long as this agent lives.
  const nt = Buffer.alloc(16)
  if (isHex) {
    nt.write(hash, 'hex')
    return { nt }
  }
  if (hash instanceof Uint8Array && hash.length === 16) {
    nt.set(hash)
    return { nt }
  }
  throw badOption(
    'The ntHash is neither 16 bytes nor 32 hex digits.',
    'It is the MD4 of the UTF-16LE password, without the LM hash and the colons of a dump.',
  )
}

function checkString(name: string, value: unknown): asserts value is string {
  if (typeof value === 'string') return
  throw new NtlmError(
    'ERR_NTLM_CONFIG',
    `The ${name} is ${value === undefined || value === null ? 'missing' : 'not a string'}.`,
    {
      hint: `Give ${name} as a string${name === 'password' ? ', or as a function that returns one' : ''}. ${value === undefined ? UNSET : ''}`.trim(),
    },
  )
}
