import { type CredentialOptions, Credentials, checkFieldLength, type Scheme } from '@ntlmkit/core'
import type { AccountLogOns } from './account-log-ons.js'
import { badOption } from './failures.js'
import { type OriginPolicy, type Origins, originPolicy } from './origins.js'

/** The options that every package of ntlmkit takes. */
export interface NtlmOptions extends CredentialOptions {
  /** The name of this machine that is sent along. Null is none. Default: empty. */
  workstation?: string | null | undefined
  /**
   * The origins that may get credentials: `'https://intranet.corp'`, `'https://*.corp'`, an array, a predicate, or
   * `'*'`. Required; the axios and got packages take the origin of `baseURL` or `prefixUrl` when it is absent.
   */
  origins?: Origins | undefined
  /** The schemes to use, in order of preference. Default: `['ntlm', 'negotiate']`. */
  schemes?: readonly Scheme[] | undefined
  /**
   * Extended Protection: `'auto'` binds the handshake to the server's certificate on every TLS connection (RFC 5929,
   * tls-server-end-point); `'none'` never does. Default: `'auto'`.
   */
  channelBinding?: 'auto' | 'none' | undefined
  /**
   * The service principal name to send. Null and `''` are none. Default: `HTTP/host`, with `:port` when it is not the
   * scheme's own.
   */
  spn?: string | null | undefined
  /**
   * Milliseconds that connecting and all legs before the authenticated request may take, over all the connections of
   * one request. Default: 30 000.
   */
  handshakeTimeout?: number | undefined
  /** Makes a final 401 an error (ERR_NTLM_REJECTED, _NOT_OFFERED, or _CONFIG) instead of a response. Default: false. */
  strict?: boolean | undefined
  /** The leavings of Windows: `{ ntlmV1: true }` answers servers that cannot do NTLMv2. Default: off. */
  legacy?: { ntlmV1?: boolean | undefined } | undefined
  /** How a handshake begins that no request of the client may carry. Default: a HEAD to the request's own URL. */
  firstLeg?: FirstLegOptions | undefined
}

/** Hints from a user who knows better than the rules can find out. */
export interface FirstLegOptions {
  /** False: these servers must not see a HEAD. Default: true. */
  head?: boolean | undefined
  /** A path that asks for authentication: connections are authenticated there. Default: the request's own. */
  path?: string | undefined
}

/** {@link NtlmOptions}, checked and with every default filled in. */
export interface ResolvedNtlmOptions {
  readonly credentials: Credentials
  readonly workstation: string
  readonly mayAuthenticate: OriginPolicy
  readonly schemes: readonly Scheme[]
  readonly channelBinding: 'auto' | 'none'
  readonly spn: string | undefined
  readonly handshakeTimeout: number
  readonly strict: boolean
  readonly legacy: { readonly ntlmV1: boolean }
  readonly firstLeg: { readonly head: boolean; readonly path: string | undefined }
  /** What the log-ons of this account came to elsewhere. */
  readonly logOns: AccountLogOns | undefined
}

/** The key among the options by which `Identities` gives all sessions of one account what they share. */
export const LOG_ONS = Symbol('ntlmkit: log-ons')

const NAMES: ReadonlySet<string> = new Set([
  'username',
  'password',
  'ntHash',
  'domain',
  'workstation',
  'origins',
  'schemes',
  'channelBinding',
  'spn',
  'handshakeTimeout',
  'strict',
  'legacy',
  'firstLeg',
])

const SCHEMES: readonly Scheme[] = ['ntlm', 'negotiate']
const DEFAULT_HANDSHAKE_TIMEOUT = 30_000
/** The most that a timer of Node holds. */
const MAX_TIMEOUT = 2 ** 31 - 1

/**
 * Checks the options once, where they are given. What an object merely inherits is no option of the user's.
 *
 * @param others what the caller takes beside these, for whoever looks for a name.
 * @throws {NtlmError} ERR_NTLM_CONFIG for an option that is unknown, missing, of the wrong kind or contradicted.
 */
export function resolveOptions(given: NtlmOptions, others: readonly string[] = []): ResolvedNtlmOptions {
  const options = ownOptions(given)
  const unknown = Object.keys(options).find((name) => !NAMES.has(name))
  if (unknown !== undefined) throw unknownOption(unknown, others)
  return Object.freeze({
    credentials: new Credentials(options),
    workstation: fieldText('workstation', options.workstation) ?? '',
    mayAuthenticate: originPolicy(options.origins),
    schemes: schemesOf(options.schemes),
    channelBinding: channelBindingOf(options.channelBinding),
    spn: fieldText('spn', options.spn),
    handshakeTimeout: timeoutOf(options.handshakeTimeout),
    strict: optional('strict', 'boolean', options.strict) ?? false,
    legacy: legacyOf(options.legacy),
    firstLeg: firstLegOf(options.firstLeg),
    logOns: (options as { [LOG_ONS]?: AccountLogOns })[LOG_ONS],
  })
}

/**
 * A copy of the options that has its own properties and nothing else.
 *
 * @throws {NtlmError} ERR_NTLM_CONFIG for what is no object.
 */
export function ownOptions<T extends object>(options: T): T {
  if (typeof options !== 'object' || options === null) {
    throw badOption('The options are missing.', 'Give at least username, password and origins.')
  }
  return Object.assign(Object.create(null), options) as T
}

/** Whatever stands beside a name in the wrong place may be a password: messages never repeat a value. */
function unknownOption(name: string, others: readonly string[]): Error {
  const message = LOOKS_LIKE_A_NAME.test(name)
    ? `There is no option '${name}'.`
    : 'One of the options has a name that none has.'
  return badOption(message, `The options are ${[...NAMES, ...others].join(', ')}.`)
}

const LOOKS_LIKE_A_NAME = /^[a-z][a-z0-9]{0,23}$/i

type Kind = { string: string; boolean: boolean; object: object }

function optional<K extends keyof Kind>(
  name: string,
  kind: K,
  value: Kind[K] | undefined,
): Kind[K] | undefined {
  if (value === undefined || (typeof value === kind && value !== null)) return value
  throw badOption(`The ${name} option is of the wrong type.`, `It is of type ${kind}.`)
}

function fieldText(name: string, value: string | null | undefined): string | undefined {
  const text = optional(name, 'string', value === null || value === '' ? undefined : value)
  if (text !== undefined) checkFieldLength(name, text)
  return text
}

function schemesOf(schemes: readonly Scheme[] = SCHEMES): readonly Scheme[] {
  const known =
    Array.isArray(schemes) && schemes.length > 0 && schemes.every((name) => SCHEMES.includes(name))
  if (known && new Set(schemes).size === schemes.length) return [...schemes]
  throw badOption(
    'The schemes option is no list of schemes.',
    "It lists 'ntlm', 'negotiate' or both, once each.",
  )
}

function channelBindingOf(value: 'auto' | 'none' = 'auto'): 'auto' | 'none' {
  if (value === 'auto' || value === 'none') return value
  throw badOption('The channelBinding option is no such choice.', "It is 'auto' or 'none'.")
}

function timeoutOf(value: number = DEFAULT_HANDSHAKE_TIMEOUT): number {
  if (Number.isFinite(value) && value > 0 && value <= MAX_TIMEOUT) return value
  throw badOption(
    `The handshakeTimeout option is ${typeof value === 'number' ? value : 'no number'}.`,
    'It is a number of milliseconds above 0.',
  )
}

function legacyOf(value: NtlmOptions['legacy']): { readonly ntlmV1: boolean } {
  const legacy = ownOptions((optional('legacy', 'object', value) ?? {}) as NonNullable<NtlmOptions['legacy']>)
  return { ntlmV1: optional('legacy.ntlmV1', 'boolean', legacy.ntlmV1) ?? false }
}

function firstLegOf(value: FirstLegOptions | undefined): ResolvedNtlmOptions['firstLeg'] {
  const given = ownOptions((optional('firstLeg', 'object', value) ?? {}) as FirstLegOptions)
  const unknown = Object.keys(given).find((name) => name !== 'head' && name !== 'path')
  if (unknown !== undefined) {
    throw badOption('The firstLeg option has one that it does not know.', 'It takes head and path.')
  }
  const path = optional('firstLeg.path', 'string', given.path)
  if (path !== undefined && !/^\/[\x21\x22\x24-\x7e]*$/.test(path)) {
    throw badOption('The firstLeg.path option is no path.', "It begins with a slash: '/login'.")
  }
  return { head: optional('firstLeg.head', 'boolean', given.head) ?? true, path }
}
