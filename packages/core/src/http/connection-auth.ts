import type { Credential } from '../credentials.js'
import { diagnostics } from '../diagnostics.js'
import type { NtlmError, NtlmPhase } from '../errors.js'
import type { ResolvedNtlmOptions, Scheme } from '../options.js'
import { type HttpChallenge, parseChallenges } from './challenges.js'
import * as failures from './failures.js'
import type { Handshake } from './handshake.js'
import { Initiation } from './initiation.js'
import type { OriginMemory } from './origin-memory.js'
import type { OutgoingRequest } from './outgoing-request.js'
import { closes, type ResponseHead, type Step } from './step.js'

/** What may be said of a connection: a challenged one serves nobody else, a rejected one nobody at all. */
export type ConnectionState = 'fresh' | 'plain' | 'challenged' | 'authenticated' | 'rejected'

/** What a {@link ConnectionAuth} is made from. */
export interface ConnectionAuthOptions {
  options: ResolvedNtlmOptions
  memory: OriginMemory
  /** The server's leaf certificate, DER; absent without TLS. */
  certificate?: Uint8Array
  /** Who asks: the origin (401), or a proxy (407). Default: the origin. */
  target?: 'origin' | 'proxy'
}

/**
 * What is answered next: a NEGOTIATE leg, an AUTHENTICATE on the request itself or, as a proof, on a leg; the request as
 * it is, or a leg without a token.
 */
type Awaited = 'leg' | 'authenticated' | 'proof' | 'plain' | 'probe'

const FIELDS = {
  origin: { status: 401, challenge: 'www-authenticate', credentials: 'authorization' },
  proxy: { status: 407, challenge: 'proxy-authenticate', credentials: 'proxy-authorization' },
} as const

/** A connection that is lost during the handshake is replaced at most twice. */
const MAX_LOST = 2
/** Requests with a token before a handshake is given up: what bounds a server that contradicts itself. */
const MAX_TOKENS = 3

let connections = 0

/**
 * The authentication of one connection, without any I/O: the transport tells it what happened and does what it
 * says. One request at a time: `begin`, then `negotiate` and `answer` as the steps ask, until `deliver` or `fail`.
 */
export class ConnectionAuth {
  /** The header that carries the credentials, lower case. */
  readonly credentialsField: 'authorization' | 'proxy-authorization'

  readonly #id = ++connections
  readonly #options: ResolvedNtlmOptions
  readonly #memory: OriginMemory
  readonly #initiation: Initiation
  readonly #fields: (typeof FIELDS)[keyof typeof FIELDS]
  #state: ConnectionState = 'fresh'
  #awaited: Awaited = 'plain'
  #request!: OutgoingRequest
  /** The one under way, or the last. */
  #handshake!: Handshake
  #legMethod = 'HEAD'
  /** Why a 401 to the request of the moment is final on this connection: it is authenticated, and known to be. */
  #forbidsRequest: NtlmError | undefined
  /** Requests answered without a token since the connection was authenticated. */
  #served = 0

  constructor({ options, memory, certificate, target = 'origin' }: ConnectionAuthOptions) {
    this.#options = options
    this.#memory = memory
    this.#initiation = new Initiation(options, memory.origin, certificate)
    this.#fields = FIELDS[target]
    this.credentialsField = this.#fields.credentials
  }

  get state(): ConnectionState {
    return this.#state
  }

  /** How far the handshake is: for the transport's own errors. */
  get phase(): NtlmPhase {
    return this.#awaited === 'authenticated' || this.#awaited === 'proof' ? 'authenticate' : 'negotiate'
  }

  /** The connection is free: what to do first for this request. */
  begin(request: OutgoingRequest): Step {
    this.#request = request
    this.#forbidsRequest = undefined
    if (request.gaveUp) return this.#send()
    if (this.#state === 'authenticated') return this.#beginAuthenticated()
    const bodyGoesOnce = request.hasBody && !request.replayable
    if (this.#memory.plain && !bodyGoesOnce) return this.#send()
    return { do: 'handshake' }
  }

  #beginAuthenticated(): Step {
    if (this.#memory.perRequest || this.#request.plainRefused) return { do: 'handshake' }
    if (!this.#memory.perRequestSuspected || this.#request.replayable) return this.#send()
    // What cannot come back is not what finds out: a HEAD without a token does.
    this.#awaited = 'probe'
    return { do: 'leg', method: 'HEAD' }
  }

  /** Answers `handshake`: the first leg, under this credential. */
  negotiate(credential: Credential): Step {
    const rejection = this.#request.rejectedMeanwhile(this.#memory)
    if (rejection) return this.#fail(failures.failedMeanwhile(this.#memory.origin, rejection))
    try {
      this.#handshake = this.#initiation.handshake(this.#preferredScheme(), credential)
      return this.#leg(this.#handshake.begin())
    } catch (error) {
      return this.#fail(error)
    }
  }

  #leg(authorization: string): Step {
    const useHead = this.#memory.headTellsAll && !this.#request.ownMethod
    this.#legMethod = useHead ? 'HEAD' : this.#request.method
    this.#awaited = 'leg'
    this.#request.tokens++
    return { do: 'leg', method: this.#legMethod, authorization }
  }

  /** The head of the answer to what was sent last. */
  answer(response: ResponseHead): Step {
    switch (this.#awaited) {
      case 'plain':
        return this.#plainAnswered(response)
      case 'probe':
        return this.#probeAnswered(response)
      case 'leg':
        this.#reportLeg(this.#legMethod, response)
        return this.#legAnswered(response)
      case 'proof':
        this.#reportLeg('HEAD', response)
        return this.#proofAnswered(response)
      case 'authenticated':
        this.#reportLeg(this.#request.method, response)
        return this.#authenticatedAnswered(response)
    }
  }

  #reportLeg(method: string, { status }: ResponseHead): void {
    diagnostics.leg({
      origin: this.#memory.origin,
      connection: this.#id,
      phase: this.phase,
      method,
      scheme: this.#handshake.scheme,
      status,
    })
  }

  /**
   * The connection closed before any byte of the answer to what was sent last.
   *
   * @param sent whether any of it may have left; what never did can always go again.
   */
  lost(cause: unknown, sent = true): Step {
    const request = this.#request
    const mayGoAgain = !sent || request.repeatable
    switch (this.#awaited) {
      case 'leg':
        return this.#reconnect(cause)
      case 'probe':
        return { do: 'reconnect' }
      case 'proof':
        return this.#authenticateLost(cause, true, sent)
      case 'authenticated':
        return this.#authenticateLost(cause, mayGoAgain, sent)
    }
    if (!sent) return this.#reconnect(cause)
    if (this.#state === 'fresh' || !mayGoAgain || request.repeated) return this.#fail(cause)
    request.repeated = true
    return { do: 'reconnect' }
  }

  #authenticateLost(cause: unknown, mayGoAgain: boolean, sent: boolean): Step {
    const error = failures.connectionClosed(this.#memory.origin, 'authenticate', cause)
    if (sent && this.#memory.learnAuthenticateLost(this.#handshake.credential, error))
      return this.#fail(error)
    return mayGoAgain ? this.#reconnect(cause) : this.#fail(error)
  }

  #legAnswered(response: ResponseHead): Step {
    const request = this.#request
    if (response.status === this.#fields.status) return this.#challenged(response)
    const saidByItself = request.ownMethod || this.#legMethod === request.method
    if (request.plainRefused) return this.#contradicted(saidByItself, response)
    if (this.#state === 'fresh') this.#state = 'plain'
    if (response.status >= 200 && response.status < 400) {
      this.#memory.learnPlain()
      return this.#sendAgainWhere(response)
    }
    this.#headSaidNothing()
    if (request.replayable || saidByItself) return this.#sendAgainWhere(response)
    return this.#again(response)
  }

  /** The request was refused without a token, and a leg is not asked for one. */
  #contradicted(saidByItself: boolean, response: ResponseHead): Step {
    if (!saidByItself) {
      this.#headSaidNothing()
      return this.#again(response)
    }
    if (this.#state === 'authenticated') return this.#sendAsAuthenticated(response)
    const { schemeName } = this.#handshake
    return this.#fail(failures.notChallenged(this.#memory.origin, schemeName, response.status))
  }

  #challenged(response: ResponseHead): Step {
    const offers = this.#offers(response)
    const ours = this.#ours(offers)
    if (ours?.token !== undefined) return this.#authenticate(ours.token, response)
    if (ours === undefined) return this.#otherScheme(offers, response)

    this.#memory.learnScheme(this.#handshake.scheme)
    if (this.#state === 'authenticated' && this.#request.plainRefused)
      return this.#sendAsAuthenticated(response)
    if (!this.#request.askedAgain && this.#mayNegotiateAgain()) {
      this.#request.askedAgain = true
      return this.#again(response)
    }
    return this.#fail(failures.neverChallenged(this.#memory.origin, this.#handshake.schemeName))
  }

  /** The server does not know the scheme we began with: take one it offers, or go without. */
  #otherScheme(offers: readonly HttpChallenge[], response: ResponseHead): Step {
    const other = this.#bestOffered(offers)
    if (other !== undefined && this.#mayNegotiateAgain()) {
      this.#memory.learnScheme(other)
      return this.#again(response)
    }
    this.#memory.learnPlain()
    this.#request.gaveUp = this.#notOffered(offers)
    return this.#sendAgainWhere(response)
  }

  /** The connection is authenticated all right: the request goes as it is, and a 401 to it is final. */
  #sendAsAuthenticated(response: ResponseHead): Step {
    this.#forbidsRequest = this.#forbidden()
    return this.#sendAgainWhere(response)
  }

  #authenticate(token: string, response: ResponseHead): Step {
    this.#memory.learnScheme(this.#handshake.scheme)
    if (this.#request.ownMethod) this.#memory.learnHeadMisleads()
    this.#request.askedAgain = false
    this.#state = 'challenged'
    if (closes(response)) return this.#reconnect()
    return this.#continue(token)
  }

  /** Takes the server's token; the client's own request carries the answer, or a proof that it may. */
  #continue(token: string): Step {
    try {
      const authorization = this.#handshake.continue(token)
      const path = this.#memory.proofPath(this.#handshake.credential)
      this.#request.tokens++
      this.#awaited = path === undefined ? 'authenticated' : 'proof'
      if (path === undefined) return { do: 'send', authorization }
      return { do: 'leg', method: 'HEAD', path, authorization }
    } catch (error) {
      return this.#fail(error)
    }
  }

  #authenticatedAnswered(response: ResponseHead): Step {
    const { token, failed } = this.#finalToken(response)
    if (response.status === this.#fields.status) {
      return (token !== undefined && this.#oneMoreLeg(token, response)) || this.#rejected()
    }
    if (failed) return failed
    this.#accepted(response, this.#request.path)
    return { do: 'deliver', reusable: !closes(response) }
  }

  /** The AUTHENTICATE went where the credential was accepted before: refused there, it is the credential that is bad. */
  #proofAnswered(response: ResponseHead): Step {
    const { origin } = this.#memory
    if (response.status === this.#fields.status) {
      const rejection = this.#rejection()
      this.#memory.learnRejected(rejection)
      return this.#fail(failures.failedMeanwhile(origin, rejection))
    }
    const { failed } = this.#finalToken(response)
    if (failed) return failed
    this.#request.forgottenAtOnce = false
    this.#accepted(response, undefined)
    if (closes(response)) return this.#reconnect()
    return this.#memory.perRequest ? { do: 'handshake' } : this.#sendAsAuthenticated(response)
  }

  /** The token with which the server goes on, or ends the negotiation; what it ends with is verified. */
  #finalToken(response: ResponseHead): { token?: string; failed?: Step } {
    const token = this.#ours(this.#offers(response))?.token
    if (token === undefined || this.#handshake.complete) return {}
    if (response.status === this.#fields.status) return { token }
    try {
      this.#handshake.continue(token)
      return { token }
    } catch (error) {
      return { failed: this.#fail(error) }
    }
  }

  /** A 401 that goes on with the negotiation; undefined for one that ends it. */
  #oneMoreLeg(token: string, response: ResponseHead): Step | undefined {
    const mayGoOn = this.#request.replayable && !closes(response) && this.#request.tokens < MAX_TOKENS
    const step = mayGoOn ? this.#continue(token) : undefined
    return step?.do === 'send' && step.authorization !== undefined ? step : undefined
  }

  /** @param path what the account has a right to by that, if it is known. */
  #accepted(response: ResponseHead, path: string | undefined): void {
    const { origin } = this.#memory
    const { scheme, account, credential } = this.#handshake
    this.#state = 'authenticated'
    this.#served = 0
    this.#request.tokens = 0
    this.#memory.learnAccepted(credential, path)
    const persistent = response.headers['persistent-auth']
    const saysOnce = typeof persistent === 'string' && /^\s*false\s*$/i.test(persistent)
    if (saysOnce || this.#request.forgottenAtOnce) this.#memory.learnPerRequest()
    diagnostics.authenticated({ origin, connection: this.#id, scheme, account })
  }

  #rejected(): Step {
    this.#state = 'rejected'
    if (this.#memory.hasAccepted(this.#handshake.credential)) {
      this.#memory.learnDoubted()
      return this.#deliverRefusal(this.#forbidden(), false)
    }
    const rejection = this.#rejection()
    this.#memory.learnRejected(rejection)
    return this.#deliverRefusal(rejection, false)
  }

  #rejection(): NtlmError {
    const { schemeName, account } = this.#handshake
    return failures.rejected(this.#memory.origin, schemeName, account)
  }

  #forbidden(): NtlmError {
    const { schemeName, account } = this.#handshake
    return failures.forbidden(this.#memory.origin, schemeName, account)
  }

  /** A HEAD without a token, on an authenticated connection, told whether the next request may go without one. */
  #probeAnswered(response: ResponseHead): Step {
    if (response.status === this.#fields.status) {
      this.#request.forgottenAtOnce = true
      return this.#again(response)
    }
    this.#memory.learnPersistent()
    return this.#sendAgainWhere(response)
  }

  #plainAnswered(response: ResponseHead): Step {
    const isAuthenticated = this.#state === 'authenticated'
    if (response.status !== this.#fields.status) {
      if (this.#state === 'fresh') this.#state = 'plain'
      if (isAuthenticated) this.#memory.learnPersistent()
      this.#served++
      return { do: 'deliver', reusable: !closes(response) }
    }
    const request = this.#request
    const final = request.gaveUp ?? this.#forbidsRequest
    if (final) return this.#deliverRefusal(final, !isAuthenticated)
    const offers = this.#offers(response)
    const scheme = this.#bestOffered(offers)
    if (scheme === undefined) return this.#deliverRefusal(this.#notOffered(offers), !isAuthenticated)

    this.#memory.learnScheme(scheme)
    request.forgottenAtOnce = isAuthenticated && this.#served === 0
    if (!request.replayable) return this.#refusedForGood()
    request.plainRefused = true
    // A HEAD has been let pass: only the method itself tells what this URL needs.
    if (request.tokens > 0 && this.#state === 'plain') this.#headSaidNothing()
    return this.#again(response)
  }

  /** What the next request must know, as this one cannot come back to find it out. */
  #refusedForGood(): Step {
    const request = this.#request
    if (request.forgottenAtOnce) this.#memory.suspectPerRequest()
    if (request.tokens > 0 && this.#state === 'plain') this.#memory.learnHeadMisleads()
    return this.#deliverRefusal(failures.bodyNotReplayable(this.#memory.origin, request.hasBody), false)
  }

  #headSaidNothing(): void {
    this.#request.ownMethod = true
    this.#request.tokens = 0
  }

  /** Whether one more NEGOTIATE leaves room for the AUTHENTICATE behind it. */
  #mayNegotiateAgain(): boolean {
    return this.#request.tokens + 2 <= MAX_TOKENS
  }

  #deliverRefusal(error: NtlmError, reusable: boolean): Step {
    diagnostics.refused({ origin: this.#memory.origin, connection: this.#id, error })
    if (this.#options.strict) return this.#fail(error)
    return { do: 'deliver', reusable, error }
  }

  /** Another leg, on this connection if it stays open. */
  #again(response: ResponseHead): Step {
    return closes(response) ? this.#reconnect() : { do: 'handshake' }
  }

  #sendAgainWhere(response: ResponseHead): Step {
    return closes(response) ? this.#reconnect() : this.#send()
  }

  #send(): Step {
    this.#awaited = 'plain'
    return { do: 'send' }
  }

  #reconnect(cause?: unknown): Step {
    this.#request.tokens = 0
    if (++this.#request.lostHandshakes <= MAX_LOST) return { do: 'reconnect' }
    return this.#fail(failures.connectionClosed(this.#memory.origin, this.phase, cause))
  }

  #fail(error: unknown): Step {
    this.#state = 'rejected'
    return { do: 'fail', error }
  }

  #offers(response: ResponseHead): HttpChallenge[] {
    return parseChallenges(response.headers[this.#fields.challenge])
  }

  #ours(offers: readonly HttpChallenge[]): HttpChallenge | undefined {
    return offers.find(({ scheme }) => scheme === this.#handshake.scheme)
  }

  #notOffered(offers: readonly HttpChallenge[]): NtlmError {
    const offered = offers.map(({ scheme }) => scheme)
    return failures.notOffered(this.#memory.origin, offered, this.#options.schemes)
  }

  #bestOffered(offers: readonly HttpChallenge[]): Scheme | undefined {
    return this.#options.schemes.find((name) => offers.some(({ scheme }) => scheme === name))
  }

  #preferredScheme(): Scheme {
    return this.#memory.scheme ?? this.#options.schemes[0]
  }
}
