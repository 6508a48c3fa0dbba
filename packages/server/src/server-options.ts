import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { TlsOptions } from 'node:tls'
import { shown } from '@ntlmkit/core'
import {
  AUTH_RULES,
  type NtlmAuthOptions,
  type ResolvedAuthOptions,
  resolveAuthOptions,
} from './auth-options.js'
import { type CertificateOptions, type KeyAndCertificate, leafOf } from './certificate.js'
import { requiredBinding } from './expected-binding.js'
import {
  callback,
  checkOptions,
  configError,
  either,
  flag,
  object,
  oneOf,
  ownOf,
  type Rules,
  secret,
  text,
  wholeNumber,
} from './option-rules.js'

/** A function that answers the requests that may pass. `request.ntlm` says who asks. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** A function that takes over a connection whose upgrade may pass. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void

/** A certificate made on the fly, or one's own; and more for node:tls, such as `maxVersion`. */
export type ServerTlsOptions = (CertificateOptions | KeyAndCertificate) & { options?: TlsOptions }

/** Options of {@link createNtlmServer}. */
export interface NtlmServerOptions extends Omit<NtlmAuthOptions, 'certificate'> {
  /** Default: {@link echo}, JSON with method, path, user, domain, bodyBytes and bodySha256. */
  handler?: Handler | undefined
  /** Takes upgraded connections, such as WebSockets. Default: an upgrade is a request like any other. */
  upgrade?: UpgradeHandler | undefined
  /** The address to listen on. Default: `'127.0.0.1'`. */
  host?: string | undefined
  /** Allows a `host` that other machines can reach. Default: false. */
  allowRemote?: boolean | undefined
  /** https: `true` or a choice of signature for a certificate made on the fly, or `{ key, cert }`. Default: false. */
  tls?: boolean | ServerTlsOptions | undefined
  /**
   * Offers h2 in ALPN, beside http/1.1. A request over it is reset with HTTP_1_1_REQUIRED, as IIS does it, or challenged
   * and then refused for ever, as Apache does it. Default: http/1.1 only.
   */
  http2?: 'reset' | 'challenge' | undefined
  /** Milliseconds without a request after which a connection is closed. Default: 120 000. */
  idleTimeout?: number | undefined
  /** Tells that in a `Keep-Alive: timeout=` header of every answer, in whole seconds. Default: false. */
  keepAliveHeader?: boolean | undefined
  /** Keeps `log`: switch it off for a server that runs for long. Default: true. */
  keepLog?: boolean | undefined
}

/** {@link NtlmServerOptions}, checked and with defaults. */
export interface ResolvedServerOptions {
  readonly auth: ResolvedAuthOptions
  readonly handler: Handler | undefined
  readonly upgrade: UpgradeHandler | undefined
  readonly host: string
  readonly tls: ServerTlsOptions | undefined
  readonly http2: 'reset' | 'challenge' | undefined
  readonly idleTimeout: number
  readonly keepAliveHeader: boolean
  readonly keepLog: boolean
}

/** The most that a timer of Node holds. */
const MAX_TIMEOUT = 2 ** 31 - 1

const { certificate: _, ...AUTH_ONLY } = AUTH_RULES
const SERVER_ONLY: Rules<Omit<NtlmServerOptions, keyof NtlmAuthOptions>> = {
  handler: callback,
  upgrade: callback,
  host: text,
  allowRemote: flag,
  tls: either(flag, object),
  http2: oneOf('reset', 'challenge'),
  idleTimeout: wholeNumber(1, MAX_TIMEOUT),
  keepAliveHeader: flag,
  keepLog: flag,
}
const SERVER_RULES: Rules<NtlmServerOptions> = { ...AUTH_ONLY, ...SERVER_ONLY }
const TLS_RULES: Rules<CertificateOptions & KeyAndCertificate & { options: TlsOptions }> = {
  signature: oneOf('rsa', 'rsa-pss', 'ecdsa'),
  hash: oneOf('sha256', 'sha384', 'sha512'),
  key: secret((value) => typeof value === 'string', 'a PEM string'),
  cert: text,
  options: object,
}

/** @throws {NtlmError} ERR_NTLM_CONFIG for an option that is missing, unknown, of the wrong kind or contradicted. */
export function resolveServerOptions(options: NtlmServerOptions): ResolvedServerOptions {
  const own = checkOptions(options, SERVER_RULES)
  const { handler, upgrade, host = '127.0.0.1', allowRemote = false, http2, ...rest } = own
  const {
    tls: givenTls,
    idleTimeout = 120_000,
    keepAliveHeader = false,
    keepLog = true,
    ...auth
  } = ownOf(rest)
  const tls = tlsOf(givenTls)
  if (!allowRemote && !isLoopback(host)) {
    throw configError(
      `The host ${shown(host)} can be reached from other machines.`,
      'This server is for tests: listen on 127.0.0.1, or say allowRemote: true.',
    )
  }
  if (http2 && !tls)
    throw configError('The http2 option needs TLS.', 'Browsers and clients do h2 over TLS only: tls: true.')
  if (own.channelBinding === 'require' && !tls) {
    throw configError(
      "channelBinding: 'require' needs TLS.",
      'There is no channel to bind to without it: tls: true.',
    )
  }
  if (own.channelBinding === 'require' && tls && 'cert' in tls && tls.cert) requiredBinding(leafOf(tls.cert))
  return {
    auth: resolveAuthOptions(auth),
    handler,
    upgrade,
    host,
    tls,
    http2,
    idleTimeout,
    keepAliveHeader,
    keepLog,
  }
}

function tlsOf(tls: NtlmServerOptions['tls']): ServerTlsOptions | undefined {
  if (tls === undefined || tls === false) return undefined
  if (tls === true) return ownOf({})
  const own = ownOf(tls)
  checkOptions(own, TLS_RULES, 'tls.')
  const hasKey = 'key' in own && own.key !== undefined
  const hasCertificate = 'cert' in own && own.cert !== undefined
  if (hasKey !== hasCertificate)
    throw configError('Of tls.key and tls.cert one is missing.', 'Give both or neither.')
  if ('cert' in own) leafOf(own.cert)
  return own
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}
