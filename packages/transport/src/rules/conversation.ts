import { diagnostics, type LegEvent, type NtlmError, type NtlmPhase, type Scheme } from '@ntlmkit/core'
import type { SeenFailure } from '@ntlmkit/inspect'
import { Answer, type Asker, FIELDS, type ResponseHead } from './answer.js'
import { bindingTo } from './certificate-facts.js'
import { challengeFacts } from './challenge-facts.js'
import { explained } from './explanation.js'
import * as failures from './failures.js'
import { firstLeg } from './first-leg.js'
import type { Channel, Handshake } from './handshake.js'
import type { LogOn } from './log-ons.js'
import type { ResolvedNtlmOptions } from './options.js'
import type { OriginMemory } from './origin-memory.js'
import { isSafe, type OutgoingRequest, withoutQuery } from './outgoing-request.js'
import type { Leg, Step } from './step.js'

/** How far a connection is. */
export type ConnectionState =
  /** It has answered nothing yet. */
  | 'fresh'
  /** It has let something pass without authentication. */
  | 'plain'
  /** It waits for the AUTHENTICATE, and serves nobody else. */
  | 'challenged'
  /** The server took the credential: later requests go without a token. */
  | 'authenticated'
  /** It serves nobody any more. */
  | 'rejected'

/** The options of a connection's authentication. */
export interface ConnectionAuthOptions {
  options: ResolvedNtlmOptions
  memory: OriginMemory
  /** The server's leaf certificate, DER; absent without TLS. */
  certificate?: Uint8Array
  /** The one who asks: the origin (401), or a proxy (407). Default: the origin. */
  asker?: Asker
}

/** The kind of what was sent last: the answer that comes is an answer to that. */
export type Awaited =
  /** The request as the client made it. */
  | 'plain request'
  /** The request with a NEGOTIATE, because its answer can be taken back. */
  | 'request with NEGOTIATE'
  /** The request with an AUTHENTICATE. */
  | 'request with AUTHENTICATE'
  /** A leg with a NEGOTIATE. */
  | 'leg with NEGOTIATE'
  /** A leg with an AUTHENTICATE: the connection is authenticated before the request goes. */
  | 'leg with AUTHENTICATE'
  /** A leg without a token, to see whether an authenticated connection is still taken for one. */
  | 'leg without a token'

let connections = 0

/** The state of one connection, and the steps that can be taken on it: the rules choose among these. */
export class Conversation {
  readonly options: ResolvedNtlmOptions
  readonly memory: OriginMemory
  readonly channel: Channel
  state: ConnectionState = 'fresh'
  awaited: Awaited = 'plain request'
  request!: OutgoingRequest
  /** The leg that was sent last; undefined once the request itself has gone. */
  leg: Leg | undefined
  /** The handshake that is under way, or was the last. */
  handshake!: Handshake
  /** The token of the CHALLENGE that is to be answered. */
  challenge = ''
  logOn: LogOn | undefined
  /** Why a 401 to the request of the moment is final on this connection: it is authenticated, and known to be. */
  forbidsRequest: NtlmError | undefined
  /** Requests answered without a token since the connection was authenticated. */
  served = 0
  /** True once the connection has answered anything. */
  used = false
  readonly #id = ++connections
  readonly #asker: Asker

  constructor({ options, memory, certificate, asker = 'origin' }: ConnectionAuthOptions) {
    this.options = options
    this.memory = memory
    this.channel = { origin: memory.origin, certificate }
    this.#asker = asker
  }

  get credentialsField(): 'authorization' | 'proxy-authorization' {
    return FIELDS[this.#asker].credentials
  }

  get phase(): NtlmPhase {
    return this.awaited.endsWith('AUTHENTICATE') ? 'authenticate' : 'negotiate'
  }

  /** Reads the head of an answer, and publishes it where it answers a token. */
  read(head: ResponseHead): Answer {
    const answer = new Answer(head, this.#asker)
    this.used = true
    if (this.awaited === 'plain request') {
      // Most are served: only what asks has to do with authentication.
      if (!answer.asks) return answer
      this.#note(undefined)
    }
    this.request.observed.answered(head, Date.now())
    if (this.awaited === 'plain request' || this.awaited === 'leg without a token') return answer
    if (diagnostics.watchesLegs) diagnostics.leg(this.#legEvent(answer))
    return answer
  }

  #legEvent(answer: Answer): LegEvent {
    const { handshake, phase, memory, request, channel, options } = this
    const { method, path, sentAt } = request.observed.last!
    return {
      ...request.named,
      origin: memory.origin,
      connection: this.#id,
      leg: request.observed.legs,
      phase,
      method,
      url: memory.origin + path,
      scheme: handshake.scheme,
      status: answer.status,
      ...challengeFacts(answer.offer(handshake.scheme)?.token),
      binding: options.channelBinding === 'none' ? undefined : bindingTo(channel)?.slice(0, 8),
      offers: answer.offers.map(({ scheme }) => scheme),
      sentAt,
      milliseconds: Math.max(0, Date.now() - sentAt),
    }
  }

  // --- What was sent last -------------------------------------------------------------------------------------------

  /** True if it is a HEAD of ours, or of the client's as a leg. */
  get isHead(): boolean {
    return this.leg?.method === 'HEAD'
  }

  /** True if it is a HEAD that stands for a request which is none. */
  get isByHead(): boolean {
    return this.isHead && !this.isElsewhere && this.request.method !== 'HEAD'
  }

  /** True if it is a leg to another path than the request's: what that lets pass says nothing of the request. */
  get isElsewhere(): boolean {
    return this.leg?.path !== undefined
  }

  // --- The steps ----------------------------------------------------------------------------------------------------

  sendPlainly(): Step {
    this.awaited = 'plain request'
    this.leg = undefined
    return { do: 'send' }
  }

  /** The request goes without a token, on this connection if it stays open. */
  sendPlainlyAfter(answer: Answer): Step {
    return answer.closes ? { do: 'reconnect' } : this.sendPlainly()
  }

  /** The connection is authenticated all right: the request goes as it is, and a 401 to it is final. */
  sendAsAuthenticated(answer: Answer): Step {
    this.forbidsRequest = this.forbidden()
    return answer.closes ? this.reconnect() : this.sendPlainly()
  }

  sendWithToken(awaited: Awaited & `request with ${string}`, authorization: string | undefined): Step {
    this.request.spendToken()
    this.awaited = awaited
    this.leg = undefined
    this.#note(authorization)
    return { do: 'send', authorization }
  }

  sendLeg(awaited: Awaited & `leg ${string}`, leg: Leg): Step {
    if (awaited !== 'leg without a token') this.request.spendToken()
    this.awaited = awaited
    this.leg = leg
    this.#note(leg.authorization)
    return { do: 'leg', leg }
  }

  /** Notes what goes, or has gone; of an AUTHENTICATE no token is kept. */
  #note(authorization: string | undefined): void {
    const { request, leg, awaited } = this
    request.observed.sent({
      connection: this.#id,
      method: leg?.method ?? request.method,
      path: withoutQuery(leg?.path ?? request.path),
      field: this.credentialsField,
      credentials: awaited.endsWith('AUTHENTICATE') ? this.handshake.schemeName : authorization,
      sentAt: Date.now(),
    })
  }

  /** Another NEGOTIATE, on this connection if it stays open. */
  negotiateAgain(answer: Answer): Step {
    return answer.closes ? { do: 'reconnect' } : { do: 'negotiate' }
  }

  /** The next way to begin, which may be to go without a token. */
  beginAgainAfter(answer: Answer): Step {
    if (answer.closes) return { do: 'reconnect' }
    return this.firstLegIsNothing ? this.sendPlainly() : { do: 'negotiate' }
  }

  get firstLegIsNothing(): boolean {
    return firstLeg(this.request, this.memory, this.options).by === 'nothing'
  }

  /** True if a connection that has closed has answered before, and no handshake is lost with it. */
  get isOverBehindAnswer(): boolean {
    return this.used && (this.state === 'fresh' || this.state === 'plain')
  }

  /** The step that could not be taken any more: a close behind an answer changes only where it is taken. */
  goOnElsewhere(): Step {
    if (this.awaited.endsWith('NEGOTIATE')) this.request.returnToken()
    return { do: 'reconnect' }
  }

  /** Another connection for one that was lost in a handshake, twice. */
  reconnect(cause?: unknown): Step {
    if (this.request.mayReconnect()) return { do: 'reconnect' }
    const { request, memory, phase } = this
    const wasAnswered = request.observed.isAnswered || memory.scheme !== undefined
    const failure = wasAnswered ? failures.connectionClosed : failures.closedUnanswered
    return this.fail(failure(memory.origin, phase, cause))
  }

  fail(error: unknown): Step {
    this.state = 'rejected'
    return { do: 'fail', error }
  }

  /** A 401 is the client's answer, or under `strict` its error. */
  deliverRefusal(error: NtlmError, reusable: boolean): Step {
    this.explain(error, undefined)
    if (this.options.strict) return this.fail(error)
    return { do: 'deliver', reusable, error }
  }

  /** Explains an error, and tells of it: see `explained`. */
  explain(error: unknown, failure: Omit<SeenFailure, 'code'> | undefined): void {
    const { options, request, channel } = this
    explained(error, { ...channel, options, request, connection: this.#id }, failure)
  }

  /** The server took the credential, or seems to have. */
  authenticated(): void {
    const { scheme, account } = this.handshake
    this.state = 'authenticated'
    this.served = 0
    diagnostics.authenticated({
      ...this.request.named,
      origin: this.memory.origin,
      connection: this.#id,
      scheme,
      account,
    })
  }

  /** A question that offers this scheme: the method and path that was asked for wants authentication. */
  learnAsks(scheme: Scheme): void {
    const method = this.leg?.method ?? this.request.method
    this.memory.learnScheme(scheme)
    const isTheRequest = method === this.request.method && this.leg?.path === undefined
    if (isTheRequest) this.memory.learnRefused(this.request.likeness)
    this.memory.learnAsks(method, this.leg?.path ?? this.request.path, isSafe(method))
  }

  // --- The errors ---------------------------------------------------------------------------------------------------

  rejection(): NtlmError {
    const { schemeName, account } = this.handshake
    return failures.rejected(this.memory.origin, schemeName, account)
  }

  forbidden(): NtlmError {
    this.request.observed.acceptedBefore = true
    const { schemeName, account } = this.handshake
    return failures.forbidden(this.memory.origin, schemeName, account)
  }

  notOffered(answer: Answer): NtlmError {
    const offered = answer.offers.map(({ scheme }) => scheme)
    return failures.notOffered(this.memory.origin, offered, this.options.schemes)
  }
}
