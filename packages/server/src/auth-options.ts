import { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import {
  type AccountStore,
  channelBindingHash,
  type LegacyOptions,
  type Scheme,
  type TargetNames,
  tlsServerEndPoint,
} from '@ntlmkit/core'
import { accountStore, type Users } from './accounts.js'
import { MODE_RULES, type Modes } from './modes.js'
import {
  callback,
  checkOptions,
  configError,
  either,
  flag,
  object,
  oneOf,
  optionsOf,
  type Rules,
  secret,
  text,
  texts,
} from './option-rules.js'
import { pathOf, type RequestRecord } from './request-record.js'

/** Options of {@link ntlmAuth}: the accounts, what is asked of a client, and the {@link Modes}. */
export interface NtlmAuthOptions extends Modes {
  /** The accounts: `{ 'LAB\\alice': 'Passw0rd!' }`, or a function that looks one up. Required. */
  users: Users
  /** The names the server gives of itself. Default: domain LAB (lab.test), computer SERVER (server.lab.test). */
  names?: Partial<TargetNames>
  /** The schemes on offer, in this order. Default: `['ntlm']`. */
  schemes?: readonly Scheme[]
  /**
   * Extended Protection over TLS: clients need not bind the handshake to the certificate (`'off'`), must if they do
   * do it right (`'accept'`), or must (`'require'`). Default: `'accept'`.
   */
  channelBinding?: 'off' | 'accept' | 'require'
  /**
   * Whether clients that were sent a timestamp must protect the handshake with a MIC (`'require'`), or need not
   * (`'accept'`), as curl does not. A MIC that is announced is checked either way. Default: `'require'`.
   */
  mic?: 'require' | 'accept'
  /** The same for the signed list of mechanisms of SPNEGO: Samba requires it, IIS does not. Default: `'accept'`. */
  mechListMic?: 'require' | 'accept'
  /** Whether a service principal name is this service's; undefined where none was sent. Default: any will do. */
  spn?: (targetName: string | undefined) => boolean
  /** Who gets in without an account of their own. Default: neither anonymous NTLM users nor guests. */
  allow?: { anonymous?: boolean; guest?: boolean }
  /** `{ ntlmV1: true }` believes NTLMv1 too. Default: NTLMv2 only. */
  legacy?: LegacyOptions
  /** The certificate that clients see, DER or PEM, where TLS ends before this server. Default: the connection's own. */
  certificate?: Uint8Array | string
  /** Paths that need no authentication, `/public/*` with all below; or a predicate. Default: none. */
  anonymous?: readonly string[] | ((request: IncomingMessage) => boolean)
  /** Answers 407 and `Proxy-*` headers, as a proxy does. Default: false. */
  proxy?: boolean
  /** Called with the record of every request when its answer is finished. */
  onRequest?: (record: RequestRecord) => void
}

/** {@link NtlmAuthOptions}, checked, and with the defaults that are not the acceptor's own. */
export interface ResolvedAuthOptions
  extends Omit<NtlmAuthOptions, 'users' | 'names' | 'certificate' | 'anonymous'> {
  readonly accounts: AccountStore
  readonly names: TargetNames
  readonly schemes: readonly Scheme[]
  readonly channelBinding: 'off' | 'accept' | 'require'
  /** MsvAvChannelBindings of the `certificate` option. */
  readonly binding: Uint8Array | undefined
  readonly isAnonymous: (request: IncomingMessage) => boolean
}

export const AUTH_RULES: Rules<NtlmAuthOptions> = {
  users: secret(isUsers, "a record such as { 'LAB\\\\alice': 'a password' }, or a function"),
  names: optionsOf<Required<TargetNames>>({
    netbiosDomain: text,
    netbiosComputer: text,
    dnsDomain: text,
    dnsComputer: text,
    dnsTree: text,
  }),
  schemes: texts,
  channelBinding: oneOf('off', 'accept', 'require'),
  mic: oneOf('require', 'accept'),
  mechListMic: oneOf('require', 'accept'),
  spn: callback,
  allow: optionsOf({ anonymous: flag, guest: flag }),
  legacy: optionsOf<LegacyOptions>({ ntlmV1: flag, lm: flag }),
  certificate: either(text, object),
  anonymous: either(texts, callback),
  proxy: flag,
  onRequest: callback,
  ...MODE_RULES,
}

function isUsers(value: unknown): boolean {
  return typeof value === 'function' || (typeof value === 'object' && value !== null)
}

const DEFAULT_NAMES: TargetNames = {
  netbiosDomain: 'LAB',
  netbiosComputer: 'SERVER',
  dnsDomain: 'lab.test',
  dnsComputer: 'server.lab.test',
  dnsTree: 'lab.test',
}

/** @throws {NtlmError} ERR_NTLM_CONFIG for an option that is missing, unknown or of the wrong kind. */
export function resolveAuthOptions(options: NtlmAuthOptions): ResolvedAuthOptions {
  checkOptions(options, AUTH_RULES)
  const { users, names: given, certificate, anonymous, ...rest } = options
  const names = { ...DEFAULT_NAMES, ...given }
  return {
    ...rest,
    accounts: accountStore(users, names),
    names,
    schemes: checkSchemes(options.schemes ?? ['ntlm']),
    channelBinding: options.channelBinding ?? 'accept',
    binding: certificate === undefined ? undefined : bindingOf(derOf(certificate)),
    isAnonymous: anonymousPredicate(anonymous),
  }
}

/** MsvAvChannelBindings for a certificate; undefined where RFC 5929 defines none for its signature. */
export function bindingOf(der: Uint8Array): Uint8Array | undefined {
  const endPoint = tlsServerEndPoint(der)
  return endPoint && channelBindingHash(endPoint)
}

function derOf(certificate: Uint8Array | string): Uint8Array {
  try {
    return new X509Certificate(certificate).raw
  } catch (cause) {
    throw configError('The certificate option is no certificate.', 'Give it as PEM or as DER bytes.', cause)
  }
}

function checkSchemes(schemes: readonly Scheme[]): readonly Scheme[] {
  const known = schemes.every((scheme) => scheme === 'ntlm' || scheme === 'negotiate')
  if (known && new Set(schemes).size === schemes.length) return [...schemes]
  throw configError(
    `The schemes option is ${schemes.join(', ')}.`,
    "It lists 'ntlm', 'negotiate' or both, once each.",
  )
}

function anonymousPredicate(anonymous: NtlmAuthOptions['anonymous']): (request: IncomingMessage) => boolean {
  if (typeof anonymous === 'function') return anonymous
  const paths = anonymous ?? []
  return (request) => {
    const path = pathOf(request).replace(/[?#].*$/s, '')
    return paths.some((known) =>
      known.endsWith('/*') ? path.startsWith(known.slice(0, -1)) : path === known,
    )
  }
}
