import type { IncomingMessage } from 'node:http'
import { type AcceptorVerdict, NtlmError, type Scheme } from '@ntlmkit/core'
import { acceptorFor } from './acceptors.js'
import type { ResolvedAuthOptions } from './auth-options.js'
import type { Connection, Handshake } from './connection.js'
import { type OfferedToken, offeredToken } from './credentials-header.js'
import { identityOf, type NtlmIdentity } from './identity.js'
import type { RequestRecord, Violation } from './request-record.js'
import { problemsOf } from './token-problems.js'

/** The fate of a request. */
export type Decision =
  /** Let it pass: under this identity, or without one on an anonymous path. */
  | { do: 'admit'; identity?: NtlmIdentity; finalToken?: OfferedAnswer; endsHandshake: boolean }
  /** Answer with this challenge. */
  | { do: 'challenge'; answer: OfferedAnswer }
  /** Answer that authentication is needed; `closing` after a violation, when the connection is of no use any more. */
  | { do: 'refuse'; closing: boolean }
  /** Answer with this status, whoever asks. */
  | { do: 'answer'; status: number }

/** A token for the client. */
export interface OfferedAnswer {
  scheme: Scheme
  token: Uint8Array
}

const REFUSE: Decision = { do: 'refuse', closing: false }

/** Decides, for each request of a connection, whether and as whom it may pass. Strict, as IIS is: one handshake, one connection. */
export class Authenticator {
  readonly #options: ResolvedAuthOptions
  readonly #requestsEach: number

  constructor(options: ResolvedAuthOptions) {
    this.#options = options
    const { persist = 'connection' } = options
    this.#requestsEach =
      typeof persist === 'number' ? persist : persist === 'request' ? 1 : Number.POSITIVE_INFINITY
  }

  async decide(connection: Connection, request: IncomingMessage, record: RequestRecord): Promise<Decision> {
    connection.requests++
    const field = this.#options.proxy ? request.headers['proxy-authorization'] : request.headers.authorization
    const offered = this.#accepted(offeredToken(field))
    if (offered) record.scheme = offered.scheme
    if (offered?.kind) record.leg = offered.kind === 'first' ? 'negotiate' : 'authenticate'

    const { handshake } = connection
    if (handshake) {
      connection.handshake = undefined
      if (offered?.kind !== 'next' || offered.scheme !== handshake.scheme)
        return violate(record, 'between-legs', offered)
      return this.#continue(connection, handshake, offered, record)
    }
    if (this.#options.kernelMode && connection.requests === 1) return REFUSE
    if (this.#options.isAnonymous(request)) return admitAnonymous(record)
    const { head = 'authenticate' } = this.#options
    if (request.method === 'HEAD' && typeof head === 'number') return { do: 'answer', status: head }
    if (offered) return this.#begin(connection, request, offered, record)
    return field === undefined ? this.#remembered(connection, record) : REFUSE
  }

  #accepted(offered: OfferedToken | undefined): OfferedToken | undefined {
    return offered && this.#options.schemes.includes(offered.scheme) ? offered : undefined
  }

  #remembered(connection: Connection, record: RequestRecord): Decision {
    const { identity } = connection
    if (identity === undefined) return REFUSE
    if (connection.served >= this.#requestsEach) {
      connection.forget()
      return REFUSE
    }
    connection.served++
    record.user = identity.username
    record.domain = identity.domain
    return { do: 'admit', identity, endsHandshake: false }
  }

  async #begin(
    connection: Connection,
    request: IncomingMessage,
    offered: OfferedToken,
    record: RequestRecord,
  ): Promise<Decision> {
    if (offered.kind === undefined) return violate(record, 'malformed-token', offered)
    if (offered.kind === 'next') return violate(record, 'not-challenged', offered)
    const acceptor = acceptorFor(this.#options, offered.scheme, this.#options.expectedBinding(request.socket))
    return this.#continue(connection, { scheme: offered.scheme, acceptor }, offered, record)
  }

  async #continue(
    connection: Connection,
    handshake: Handshake,
    offered: OfferedToken,
    record: RequestRecord,
  ): Promise<Decision> {
    const { scheme } = handshake
    try {
      const { token, verdict } = await handshake.acceptor.step(offered.bytes)
      if (verdict) {
        if (!verdict.accepted) record.problems = problemsOf(offered.bytes)
        return this.#judge(connection, scheme, verdict, token, record)
      }
      if (token === undefined) return REFUSE
      // SPNEGO may need more than two messages of a client.
      record.leg = 'negotiate'
      connection.handshake = handshake
      return { do: 'challenge', answer: { scheme, token } }
    } catch (error) {
      if (error instanceof NtlmError && error.code !== 'ERR_NTLM_CONFIG')
        return violate(record, 'malformed-token', offered, error)
      throw error
    }
  }

  #judge(
    connection: Connection,
    scheme: Scheme,
    verdict: AcceptorVerdict,
    token: Uint8Array | undefined,
    record: RequestRecord,
  ): Decision {
    note(verdict, record)
    const before = connection.identity
    connection.forget()
    if (!verdict.accepted) return REFUSE

    const identity = identityOf(verdict, scheme, connection.number)
    record.domain = identity.domain
    if (before && !isSameUser(before, identity)) record.violation = 'second-user'
    connection.identity = identity
    connection.served = 1
    const finalToken = token && { scheme, token }
    return { do: 'admit', identity, finalToken, endsHandshake: true }
  }
}

function admitAnonymous(record: RequestRecord): Decision {
  if (record.leg === 'none') record.leg = 'anonymous'
  return { do: 'admit', endsHandshake: false }
}

function violate(
  record: RequestRecord,
  violation: Violation,
  offered: OfferedToken | undefined,
  error?: NtlmError,
): Decision {
  record.violation = violation
  if (offered) record.problems = problemsOf(offered.bytes, error)
  return { do: 'refuse', closing: true }
}

function note(verdict: AcceptorVerdict, record: RequestRecord): void {
  const { user, domain, workstation, mic, channelBinding, targetName, failed, response } = verdict
  Object.assign(record, { user, domain, workstation, mic })
  if (channelBinding !== undefined) record.channelBinding = channelBinding
  if (targetName !== undefined) record.targetName = targetName
  if (failed === undefined) return
  record.failed = failed
  if (response !== undefined) record.response = response
}

function isSameUser(a: NtlmIdentity, b: NtlmIdentity): boolean {
  const name = ({ username, domain }: NtlmIdentity) => `${domain}\\${username}`.toUpperCase()
  return name(a) === name(b)
}
