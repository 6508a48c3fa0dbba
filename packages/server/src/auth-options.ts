import { X509Certificate } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { AccountStore, LegacyOptions, Scheme, TargetNames } from '@ntlmkit/core'
import { nearestName, shown } from '@ntlmkit/core'
import { accountStore, type Users } from './accounts.js'
import { type AnonymousPaths, anonymousPredicate } from './anonymous-paths.js'
import { type ChannelBinding, type ExpectedBinding, expectedBinding } from './expected-binding.js'
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
  ownOf,
  type Rules,
  secret,
  text,
  texts,
} from './option-rules.js'
import type { RequestRecord } from './request-record.js'

/** Options of {@link ntlmAuth}: the accounts, what is asked of a client, and the {@link Modes}. */
export interface NtlmAuthOptions extends Modes {
  /** The accounts: `{ 'LAB\\alice': 'Passw0rd!' }`, or a function that looks one up. Required. */
  users: Users
  /** The names the server gives of itself. Default: domain LAB (lab.test), computer SERVER (server.lab.test). */
  names?: Partial<TargetNames> | undefined
  /** The schemes on offer, in this order. Default: `['ntlm']`. */
  schemes?: readonly Scheme[] | undefined
  /**
   * Extended Protection over TLS: a binding of the handshake to the certificate is not looked at (`'off'`), has to be
   * right where there is one (`'accept'`), or has to be there and right (`'require'`); the last is an error where
   * there is nothing to bind to: without TLS, and for a certificate that RFC 5929 defines no hash for, such as
   * Ed25519. Default: `'accept'`.
   */
  channelBinding?: ChannelBinding | undefined
  /**
   * The MIC of clients that were sent a timestamp: they have to send one (`'require'`), or need not (`'accept'`), as
   * curl does not. One that is announced is checked either way. Default: `'require'`.
   */
  mic?: 'require' | 'accept' | undefined
  /** The same for the signed list of mechanisms of SPNEGO: Samba requires it, IIS does not. Default: `'accept'`. */
  mechListMic?: 'require' | 'accept' | undefined
  /** A function that answers true, and not later, for this service's principal name; undefined where none was sent. Default: any will do. */
  spn?: (targetName: string | undefined) => boolean
  /** Users without an account of their own who get in. Default: neither anonymous NTLM users nor guests. */
  allow?: { anonymous?: boolean | undefined; guest?: boolean | undefined } | undefined
  /** `{ ntlmV1: true }` believes NTLMv1 too. Default: NTLMv2 only. */
  legacy?: LegacyOptions | undefined
  /** The certificate that clients see, DER or PEM, where TLS ends before this server. Default: the connection's own. */
  certificate?: Uint8Array | string | undefined
  /**
   * Paths that need no authentication, `/public/*` with all below, in this case and no other; or a predicate. A path
   * that could be read as another one (dot segments, `//`, `;`, encoded slashes, absolute form) needs it. Default: none.
   */
  anonymous?: AnonymousPaths | undefined
  /** Answers 407 and `Proxy-*` headers, as a proxy does. Default: false. */
  proxy?: boolean | undefined
  /** Called with the record of every request when its answer is finished. */
  onRequest?: ((record: RequestRecord) => void) | undefined
}

/** {@link NtlmAuthOptions}, checked, and with the defaults that are not the acceptor's own. */
export interface ResolvedAuthOptions
  extends Omit<NtlmAuthOptions, 'users' | 'names' | 'certificate' | 'anonymous'> {
  readonly accounts: AccountStore
  readonly names: TargetNames
  readonly schemes: readonly Scheme[]
  readonly channelBinding: ChannelBinding
  readonly expectedBinding: ExpectedBinding
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
  const own = checkOptions(options, AUTH_RULES)
  const { users, names: given, certificate, anonymous, allow, legacy, ...rest } = own
  const names = { ...DEFAULT_NAMES, ...given }
  const { channelBinding = 'accept', schemes = ['ntlm'] } = own
  return ownOf({
    ...rest,
    allow: allow && ownOf(allow),
    legacy: legacy && ownOf(legacy),
    accounts: accountStore(users, names),
    names,
    schemes: checkSchemes(schemes),
    channelBinding,
    expectedBinding: expectedBinding(
      channelBinding,
      certificate === undefined ? undefined : derOf(certificate),
    ),
    isAnonymous: anonymousPredicate(anonymous),
  })
}

function derOf(certificate: Uint8Array | string): Uint8Array {
  try {
    return new X509Certificate(certificate).raw
  } catch (cause) {
    throw configError('The certificate option is no certificate.', 'Give it as PEM or as DER bytes.', cause)
  }
}

const SCHEMES: readonly Scheme[] = ['ntlm', 'negotiate']

function checkSchemes(schemes: readonly Scheme[]): readonly Scheme[] {
  const known = schemes.every((scheme) => scheme === 'ntlm' || scheme === 'negotiate')
  if (known && new Set(schemes).size === schemes.length) return [...schemes]
  const meant = new Set(schemes.map((scheme) => nearestName(scheme, SCHEMES)))
  const written = [...meant].map((scheme) => `'${scheme}'`).join(', ')
  throw configError(
    `The schemes option is ${shown(schemes.join(', '))}.`,
    meant.has(undefined)
      ? "It lists 'ntlm', 'negotiate' or both, once each."
      : `Write schemes: [${written}].`,
  )
}
