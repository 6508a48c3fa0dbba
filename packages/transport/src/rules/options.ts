import { type CredentialOptions, Credentials, checkFieldLength, type Scheme } from '@ntlmkit/core'
import type { AccountLogOns } from './account-log-ons.js'
import { badOption } from './failures.js'
import { type OriginPolicy, type Origins, originPolicy } from './origins.js'
import { schemesOf } from './scheme-names.js'
import { OPTION_HELP, type OptionHelp, unknownOption } from './unknown-option.js'

/** The options that every package of ntlmkit takes. */
export interface NtlmOptions extends CredentialOptions {
  /** The name of this machine that is sent along. Null is none. Default: empty. */
  workstation?: string | null | undefined
  /**
   * The origins that may get credentials: `'https://intranet.corp'`, `'https://*.corp'`, a `URL`, an array of these, a
   * predicate, or `'*'`. Required; the axios and got packages take the origin of `baseURL` or `prefixUrl` when it is absent.
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

const NAMES: readonly string[] = [
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
]

const DEFAULT_HANDSHAKE_TIMEOUT = 30_000
/** The most that a timer of Node holds. */
const MAX_TIMEOUT = 2 ** 31 - 1

/**
 * Checks the options once, where they are given. What an object merely inherits is no option of the user's.
 *
 * @param help what the caller takes beside these, and where others belong, for whoever looks for a name; what stands
 *   in the options under OPTION_HELP comes first.
 * @throws {NtlmError} ERR_NTLM_CONFIG for an option that is unknown, missing, of the wrong kind or contradicted.
 */
export function resolveOptions(given: NtlmOptions, help?: OptionHelp): ResolvedNtlmOptions {
  const options = ownOptions(given)
  checkOptionNames(options, help)
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
 * Refuses a name that is no option. It comes before whatever else is said of the options: one that seems to be missing may
 * be there, misspelt.
 *
 * @param help as for {@link resolveOptions}.
 * @throws {NtlmError} ERR_NTLM_CONFIG for an option that is unknown.
 */
export function checkOptionNames(options: object, help?: OptionHelp): void {
  const unknown = Object.keys(options).find((name) => !NAMES.includes(name))
  if (unknown === undefined) return
  throw unknownOption(unknown, NAMES, (options as { [OPTION_HELP]?: OptionHelp })[OPTION_HELP] ?? help)
}

/**
 * A copy of the options that has its own properties and nothing else.
 *
 * @throws {NtlmError} ERR_NTLM_CONFIG for what is no object.
 */
export function ownOptions<T extends object>(options: T): T {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) {
    return Object.assign(Object.create(null), options) as T
  }
  const kind = Array.isArray(options) ? 'list' : typeof options
  const isMissing = options === undefined || options === null
  throw badOption(
    isMissing ? 'The options are missing.' : `The options are a ${kind}, and no object.`,
    'Give at least username, password and origins.',
  )
}

type Kind = { string: string; boolean: boolean; object: object }

const KINDS: Readonly<Record<keyof Kind, string>> = {
  string: 'a string',
  boolean: 'true or false, without quotes',
  object: 'an object',
}

/** The kind of a value and nothing of it: it may be a password in the wrong place. */
function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function optional<K extends keyof Kind>(
  name: string,
  kind: K,
  value: Kind[K] | undefined,
): Kind[K] | undefined {
  if (value === undefined || (typeof value === kind && value !== null)) return value
  throw badOption(`The ${name} option is ${kindOf(value)}.`, `It is ${KINDS[kind]}.`)
}

function fieldText(name: string, value: string | null | undefined): string | undefined {
  const text = optional(name, 'string', value === null || value === '' ? undefined : value)
  if (text !== undefined) checkFieldLength(name, text)
  return text
}

function channelBindingOf(value: 'auto' | 'none' = 'auto'): 'auto' | 'none' {
  if (value === 'auto' || value === 'none') return value
  throw badOption(
    `The channelBinding option is ${typeof value === 'string' ? 'neither of its two words' : kindOf(value)}.`,
    "Write 'auto', which binds to the certificate of every TLS connection, or 'none'.",
  )
}

function timeoutOf(value: number = DEFAULT_HANDSHAKE_TIMEOUT): number {
  if (Number.isFinite(value) && value > 0 && value <= MAX_TIMEOUT) return value
  throw badOption(
    `The handshakeTimeout option is ${typeof value === 'number' ? value : kindOf(value)}.`,
    `It is a number of milliseconds above 0 and up to ${MAX_TIMEOUT}: 30000 for 30 seconds.`,
  )
}

function legacyOf(value: NtlmOptions['legacy']): { readonly ntlmV1: boolean } {
  const legacy = group('legacy', value, ['ntlmV1'], 'Write legacy: { ntlmV1: true }.')
  return { ntlmV1: optional('legacy.ntlmV1', 'boolean', legacy.ntlmV1) ?? false }
}

function firstLegOf(value: FirstLegOptions | undefined): ResolvedNtlmOptions['firstLeg'] {
  const given = group(
    'firstLeg',
    value,
    ['head', 'path'],
    "Write firstLeg: { head: false } or { path: '/login' }.",
  )
  const path = optional('firstLeg.path', 'string', given.path)
  if (path !== undefined && !/^\/[\x21\x22\x24-\x7e]*$/.test(path)) {
    throw badOption(
      'The firstLeg.path option is no path.',
      "It begins with a slash and has no host, no space and no fragment: '/login'.",
    )
  }
  return { head: optional('firstLeg.head', 'boolean', given.head) ?? true, path }
}

/** An option that is a group of options: its own, and none that it does not know. */
function group<T extends object>(
  name: string,
  value: T | undefined,
  names: readonly (string & keyof T)[],
  hint: string,
): Partial<T> {
  if (value === undefined) return {}
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw badOption(`The ${name} option is ${kindOf(value)}, and should be an object.`, hint)
  }
  const given = ownOptions(value)
  const unknown = Object.keys(given).find((key) => !(names as readonly string[]).includes(key))
  if (unknown === undefined) return given
  const { message } = unknownOption(unknown, names)
  throw badOption(`In the ${name} option: ${message}`, hint)
}
