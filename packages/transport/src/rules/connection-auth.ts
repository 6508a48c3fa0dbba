import { type Credential, diagnostics, type NtlmError, type NtlmPhase, type Scheme } from '@ntlmkit/core'
import { Answer, type Asker, FIELDS, type ResponseHead } from './answer.js'
import * as failures from './failures.js'
import { firstLeg, headLeg, mayAskByHead } from './first-leg.js'
import { type Channel, Handshake } from './handshake.js'
import type { LogOn, LogOnPlace } from './log-ons.js'
import type { ResolvedNtlmOptions } from './options.js'
import type { OriginMemory } from './origin-memory.js'
import { isSafe, type OutgoingRequest } from './outgoing-request.js'
import type { Leg, Step } from './step.js'

/**
 * How far a connection is: a fresh one has said nothing, a plain one has let something pass; a challenged one serves
 * nobody else, a rejected one nobody at all.
 */
export type ConnectionState = 'fresh' | 'plain' | 'challenged' | 'authenticated' | 'rejected'

/** What a {@link ConnectionAuth} is made from. */
export interface ConnectionAuthOptions {
  options: ResolvedNtlmOptions
  memory: OriginMemory
  /** The server's leaf certificate, DER; absent without TLS. */
  certificate?: Uint8Array
  /** Who asks: the origin (401), or a proxy (407). Default: the origin. */
  asker?: Asker
}

/** What was sent last: the answer that comes is an answer to that. */
type Awaited =
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

/**
 * The authentication of one connection, without any I/O: whoever owns the connection tells it what happened and does
 * what it says. One request at a time: `begin`, then what the steps ask for, until `deliver` or `fail`.
 *
 * The rules are those of docs/rules.md, in its order.
 */
export class ConnectionAuth {
  /** The header that carries the credentials, lower case. */
  readonly credentialsField: 'authorization' | 'proxy-authorization'

  readonly #id = ++connections
  readonly #options: ResolvedNtlmOptions
  readonly #memory: OriginMemory
  readonly #channel: Channel
  readonly #asker: Asker
  #state: ConnectionState = 'fresh'
  #awaited: Awaited = 'plain request'
  #request!: OutgoingRequest
  /** The leg that is under way, or was the last. */
  #leg: Leg | undefined
  /** The handshake that is under way, or was the last. */
  #handshake!: Handshake
  /** The token of the CHALLENGE that is to be answered. */
  #challenge = ''
  #logOn: LogOn | undefined
  /** Why a 401 to the request of the moment is final on this connection: it is authenticated, and known to be. */
  #forbidsRequest: NtlmError | undefined
  /** Requests answered without a token since the connection was authenticated. */
  #served = 0
  #used = false

  constructor({ options, memory, certificate, asker = 'origin' }: ConnectionAuthOptions) {
    this.#options = options
    this.#memory = memory
    this.#channel = { origin: memory.origin, certificate }
    this.#asker = asker
    this.credentialsField = FIELDS[asker].credentials
  }

  get state(): ConnectionState {
    return this.#state
  }

  /** How far the handshake is: for the errors of whoever owns the connection. */
  get phase(): NtlmPhase {
    return this.#awaited.endsWith('AUTHENTICATE') ? 'authenticate' : 'negotiate'
  }

  /** Whether the leg that is under way stands for a request that it is not: a method of ours, or another path. */
  get #isByHead(): boolean {
    return this.#leg?.method === 'HEAD' && this.#leg.path === undefined && this.#request.method !== 'HEAD'
  }

  // --- The first step -----------------------------------------------------------------------------------------------

  /** The connection is free: what to do first for this request. */
  begin(request: OutgoingRequest): Step {
    this.#request = request
    this.#forbidsRequest = undefined
    if (request.gaveUp) return this.#sendPlainly()
    if (this.#state === 'authenticated') return this.#beginAuthenticated()
    if (this.#letsPassWithoutLeg()) return this.#sendPlainly()
    return this.#firstLegIsNothing() ? this.#sendPlainly() : { do: 'negotiate' }
  }

  #beginAuthenticated(): Step {
    const memory = this.#memory
    if (this.#request.wasRefusedPlainly) return { do: 'negotiate' }
    if (memory.authenticatesEveryRequest) {
      const mayTryWithout = this.#request.replayable && memory.isTimeToTryWithout()
      return mayTryWithout ? this.#sendPlainly() : { do: 'negotiate' }
    }
    if (!memory.maySoAuthenticate || this.#request.replayable) return this.#sendPlainly()
    // What cannot come back is not what finds out: a HEAD without a token does, or the handshake is made anew.
    if (!mayAskByHead(this.#request, memory, this.#options)) return { do: 'negotiate' }
    this.#awaited = 'leg without a token'
    return this.#sendLeg(headLeg(this.#options))
  }

  /** A connection that has let one page pass may let others: what has no body and can come back finds out itself. */
  #letsPassWithoutLeg(): boolean {
    const { hasBody, replayable, canCarry, wasRefusedPlainly } = this.#request
    const isNew = this.#state !== 'plain'
    return !isNew && !hasBody && replayable && !canCarry && !wasRefusedPlainly
  }

  #firstLegIsNothing(): boolean {
    return firstLeg(this.#request, this.#memory, this.#options).by === 'nothing'
  }

  /** Answers `negotiate`: the first leg, under this credential. */
  negotiate(credential: Credential): Step | Promise<Step> {
    return this.#made(() => {
      const scheme = this.#memory.scheme ?? this.#options.schemes[0]
      this.#handshake = new Handshake(scheme, credential, this.#channel, this.#options)
      const begun = this.#handshake.begin()
      return begun instanceof Promise ? begun.then((token) => this.#sendFirst(token)) : this.#sendFirst(begun)
    })
  }

  /** Why this request goes without a log-on: its credential was rejected. What is known to need one fails unsent. */
  refuse(error: NtlmError): Step {
    const request = this.#request
    const needsLogOn = request.wasRefusedPlainly || this.#memory.asks(request.method, request.path)
    if (needsLogOn || (request.hasBody && !request.replayable)) return this.#fail(error)
    request.gaveUp = error
    return this.#sendPlainly()
  }

  #sendFirst(authorization: string): Step {
    const request = this.#request
    const first = firstLeg(request, this.#memory, this.#options)
    if (first.by === 'nothing') return this.#sendPlainly()
    request.spendToken()
    if (first.by === 'request') {
      this.#awaited = 'request with NEGOTIATE'
      return { do: 'send', authorization }
    }
    this.#awaited = 'leg with NEGOTIATE'
    return this.#sendLeg({ ...first.leg, authorization })
  }

  #sendLeg(leg: Leg): Step {
    this.#leg = leg
    return { do: 'leg', leg }
  }

  // --- The answer ---------------------------------------------------------------------------------------------------

  /** The head of the answer to what was sent last. */
  answer(head: ResponseHead): Step {
    const answer = new Answer(head, this.#asker)
    this.#used = true
    if (this.#request.headWasLost && !this.#isHead) this.#memory.learnHeadIsNoUse()
    this.#request.headWasLost = false
    this.#report(answer)
    switch (this.#awaited) {
      case 'plain request':
        return this.#plainAnswered(answer)
      case 'request with NEGOTIATE':
        return answer.asks ? this.#challenged(answer) : this.#carriedAnswered(answer)
      case 'leg with NEGOTIATE':
        return answer.asks ? this.#challenged(answer) : this.#legAnswered(answer)
      case 'request with AUTHENTICATE':
        return this.#authenticateAnswered(answer)
      case 'leg with AUTHENTICATE':
        return this.#authenticateOnLegAnswered(answer)
      case 'leg without a token':
        return this.#withoutTokenAnswered(answer)
    }
  }

  #report({ status }: Answer): void {
    if (this.#awaited === 'plain request' || this.#awaited === 'leg without a token') return
    const isLeg = this.#awaited.startsWith('leg')
    diagnostics.leg({
      origin: this.#memory.origin,
      connection: this.#id,
      phase: this.phase,
      method: isLeg ? this.#leg!.method : this.#request.method,
      scheme: this.#handshake.scheme,
      status,
    })
  }

  /** The NEGOTIATE was answered by a question: with a token, with a bare offer of our scheme, or with others. */
  #challenged(answer: Answer): Step {
    const { schemeName, scheme } = this.#handshake
    const ours = answer.offer(scheme)
    if (ours?.token !== undefined) return this.#continueWith(ours.token, answer)
    if (ours === undefined) return this.#otherSchemes(answer)

    this.#learnAsks(scheme)
    if (this.#state === 'authenticated' && this.#request.wasRefusedPlainly) {
      return this.#sendAsAuthenticated(answer)
    }
    if (this.#request.mayAskAgain()) return this.#negotiateAgain(answer)
    return this.#fail(failures.neverChallenged(this.#memory.origin, schemeName))
  }

  #continueWith(token: string, answer: Answer): Step {
    this.#learnAsks(this.#handshake.scheme)
    if (this.#isByHead) this.#memory.learnHeadIsOfUse()
    this.#request.challenged()
    this.#challenge = token
    this.#state = 'challenged'
    if (answer.closes) return this.#reconnect()
    return { do: 'authenticate' }
  }

  /** The server does not know the scheme we began with: take one it offers, look elsewhere, or go without. */
  #otherSchemes(answer: Answer): Step {
    const request = this.#request
    const other = answer.bestOf(this.#options.schemes)
    if (other !== undefined && request.mayNegotiateAgain) {
      this.#learnAsks(other)
      return this.#negotiateAgain(answer)
    }
    this.#memory.forgetScheme()
    if (this.#awaited === 'request with NEGOTIATE') return this.#carriedAnswered(answer)
    return this.#legSaidNothing() ? this.#beginAgainAfter(answer) : this.#goPlainly(answer)
  }

  // --- What a leg says ----------------------------------------------------------------------------------------------

  /** A leg was answered with something else than a question. */
  #legAnswered(answer: Answer): Step {
    const request = this.#request
    if (this.#state === 'fresh') this.#state = 'plain'
    if (answer.passes && this.#standsForRequest) {
      request.renewTokens()
      if (!request.wasRefusedPlainly) return this.#goPlainly(answer)
      if (!this.#isByHead) return this.#contradicted(answer)
    }
    if (this.#isByHead && (answer.status === 405 || answer.status === 501)) this.#memory.learnHeadIsNoUse()
    if (this.#legSaidNothing()) return this.#beginAgainAfter(answer)
    return this.#goPlainly(answer)
  }

  /** Whether the leg of the moment went where the request goes: what lets it pass may let that pass. */
  get #standsForRequest(): boolean {
    return this.#leg?.path === undefined
  }

  #goPlainly(answer: Answer): Step {
    this.#request.goesPlainly = true
    return this.#sendPlainlyAfter(answer)
  }

  /** The request was refused plainly, and its own method passes when it carries a token. */
  #contradicted(answer: Answer): Step {
    if (this.#state === 'authenticated') return this.#sendAsAuthenticated(answer)
    const { schemeName } = this.#handshake
    return this.#fail(failures.notChallenged(this.#memory.origin, schemeName, answer.status))
  }

  /**
   * Notes that the leg of the moment said nothing of the request.
   *
   * @returns whether there is another way to begin; what a safe method says of itself, it says of the request.
   */
  #legSaidNothing(): boolean {
    const { saidNothing, safe } = this.#request
    this.#request.renewTokens()
    if (!this.#standsForRequest) {
      saidNothing.elsewhere = this.#leg?.method !== 'HEAD' || !this.#memory.headIsNoUse
      return !this.#firstLegIsNothing()
    }
    if (this.#isByHead) {
      saidNothing.head = true
      return true
    }
    saidNothing.ownLeg = true
    return !safe
  }

  /** No answer came to a leg in the time it had: that is an answer too, on a connection that is no use any more. */
  silent(): Step {
    return this.#nothingCame()
  }

  /** What came was no HTTP, or came where nothing may come. */
  garbled(cause: unknown): Step {
    return this.#isHead ? this.#nothingCame(cause) : this.#fail(cause)
  }

  #nothingCame(cause?: unknown): Step {
    if (this.#isHead) this.#memory.learnHeadIsNoUse()
    if (this.#awaited === 'leg with AUTHENTICATE') this.#logOn?.unclear()
    else this.#legSaidNothing()
    return this.#reconnect(cause)
  }

  get #isHead(): boolean {
    return this.#awaited.startsWith('leg') && this.#leg?.method === 'HEAD'
  }

  // --- The AUTHENTICATE ---------------------------------------------------------------------------------------------

  /** Where the credential of the handshake is tried: who wants to send an AUTHENTICATE needs a turn there. */
  get logOnPlace(): LogOnPlace {
    const { origin } = this.#memory
    return { origin, path: this.#leg?.path ?? this.#request.path, credential: this.#handshake.credential }
  }

  /** Answers `authenticate`: the request itself carries the AUTHENTICATE, or a leg that proves it may. */
  authenticate(logOn: LogOn): Step | Promise<Step> {
    this.#logOn = logOn
    return this.#made(() => {
      const continued = this.#handshake.continue(this.#challenge)
      return continued instanceof Promise
        ? continued.then((authorization) => this.#sendAuthenticate(authorization))
        : this.#sendAuthenticate(continued)
    })
  }

  #sendAuthenticate(authorization: string | undefined): Step {
    const request = this.#request
    // One proof an exchange: where it shows nothing, the request itself does.
    const proofPath = request.hasSentProof ? undefined : this.#logOn!.standing.proofPath
    const path = proofPath ?? this.#pathElsewhere()
    request.spendToken()
    if (path !== undefined) {
      this.#awaited = 'leg with AUTHENTICATE'
      return this.#sendLeg({ ...this.#legOfAuthenticate(path), authorization })
    }
    this.#awaited = 'request with AUTHENTICATE'
    return { do: 'send', authorization }
  }

  /** By HEAD only where that is known to be answered: who says nothing to one would seem to say no to the credential. */
  #legOfAuthenticate(path: string): Leg {
    if (this.#leg?.path === path) return this.#leg
    const byHead = this.#options.firstLeg.head && this.#memory.headIsOfUse
    return byHead ? { ...headLeg(this.#options), path } : { method: 'GET', path, framing: 'no body' }
  }

  /** The path of the NEGOTIATE, where that went to another than the request's. */
  #pathElsewhere(): string | undefined {
    return this.#awaited === 'leg with NEGOTIATE' ? this.#leg?.path : undefined
  }

  #authenticateAnswered(answer: Answer): Step {
    const token = this.#finalToken(answer)
    if (answer.asks) return this.#oneMoreLeg(token, answer) ?? this.#rejected()
    const failed = token === undefined ? undefined : this.#verify(token)
    if (failed) return failed
    this.#accepted(answer, this.#request.path, token !== undefined)
    return { do: 'deliver', reusable: !answer.closes }
  }

  /** The AUTHENTICATE went on a leg: the request follows without a token. */
  #authenticateOnLegAnswered(answer: Answer): Step {
    if (answer.asks) return this.#rejectedOnLeg()
    const token = this.#finalToken(answer)
    const failed = token === undefined ? undefined : this.#verify(token)
    if (failed) return failed
    this.#request.wasForgottenAtOnce = false
    this.#request.hasSentProof = true
    const isProof = answer.proves || token !== undefined
    this.#accepted(answer, undefined, token !== undefined)
    if (answer.closes) return this.#reconnect()
    const needsToken = this.#memory.authenticatesEveryRequest || !isProof
    if (needsToken && this.#mayCarryTokenItself()) return { do: 'negotiate' }
    return isProof ? this.#sendAsAuthenticated(answer) : this.#sendPlainly()
  }

  /** Whether a handshake for the request would end with its own AUTHENTICATE, and not with one elsewhere. */
  #mayCarryTokenItself(): boolean {
    const { by } = firstLeg(this.#request, this.#memory, this.#options)
    return by !== 'nothing' && by !== 'elsewhere'
  }

  /** The token with which the server goes on, or ends the negotiation. */
  #finalToken(answer: Answer): string | undefined {
    return this.#handshake.complete ? undefined : answer.offer(this.#handshake.scheme)?.token
  }

  /** What the server ends a negotiation with is verified, and an answer without a verified end is not delivered. */
  #verify(token: string): Step | undefined {
    try {
      this.#handshake.continue(token)
      return undefined
    } catch (error) {
      this.#logOn?.unclear()
      return this.#fail(error)
    }
  }

  /** A 401 that goes on with the negotiation; undefined for one that ends it. */
  #oneMoreLeg(token: string | undefined, answer: Answer): Step | undefined {
    if (token === undefined || answer.closes || !this.#request.mayGoOnNegotiating) return undefined
    const authorization = this.#continued(token)
    if (authorization === undefined) return undefined
    this.#request.spendToken()
    return { do: 'send', authorization }
  }

  #continued(token: string): string | undefined {
    try {
      const authorization = this.#handshake.continue(token)
      return authorization instanceof Promise ? undefined : authorization
    } catch {
      return undefined
    }
  }

  /** @param path what the account has a right to by that, if it is known. */
  #accepted(answer: Answer, path: string | undefined, isVerified: boolean): void {
    const { origin } = this.#memory
    const { scheme, account } = this.#handshake
    const request = this.#request
    this.#state = 'authenticated'
    this.#served = 0
    request.renewTokens()
    if (answer.authenticatesOnce) this.#memory.learnAuthenticatesEveryRequest()
    else if (request.wasForgottenAtOnce) this.#memory.learnForgotten()
    request.wasForgottenAtOnce = false
    if (answer.proves || isVerified)
      this.#logOn?.proven(path === undefined ? this.#leg?.path : this.#pathOfProof(path))
    else this.#logOn?.unclear()
    diagnostics.authenticated({ origin, connection: this.#id, scheme, account })
  }

  /** Where a leg may show later that the credential is still good: a path that asks for it whatever the method. */
  #pathOfProof(path: string): string | undefined {
    const { safe } = this.#request
    const asksSafely = safe || this.#memory.asks('HEAD', path) || this.#memory.asks('GET', path)
    return asksSafely ? path : undefined
  }

  #rejected(): Step {
    this.#state = 'rejected'
    this.#learnAsks(this.#handshake.scheme)
    const rejection = this.#rejection()
    const isRejected = this.#logOn?.refused(rejection) ?? true
    return this.#deliverRefusal(isRejected ? rejection : this.#forbidden(), false)
  }

  /** Where the credential was accepted before it is refused now: it is the credential that is bad. */
  #rejectedOnLeg(): Step {
    const rejection = this.#rejection()
    this.#logOn?.refused(rejection)
    return this.#fail(rejection)
  }

  // --- The request itself -------------------------------------------------------------------------------------------

  #plainAnswered(answer: Answer): Step {
    const isAuthenticated = this.#state === 'authenticated'
    if (!answer.asks) return this.#plainServed(answer, isAuthenticated)

    const request = this.#request
    const scheme = answer.bestOf(this.#options.schemes)
    const final = request.gaveUp ?? this.#forbidsRequest
    if (scheme !== undefined) this.#learnAsks(scheme)
    if (final) return this.#deliverRefusal(final, !isAuthenticated)
    if (scheme === undefined) return this.#deliverRefusal(this.#notOffered(answer), !isAuthenticated)

    request.wasForgottenAtOnce = isAuthenticated && this.#served === 0
    if (request.wasRefusedPlainly && request.saidNothing.elsewhere) return this.#refusedForGood(answer)
    if (!request.replayable) return this.#refusedForGood(answer)
    request.wasRefusedPlainly = true
    request.goesPlainly = false
    return this.#negotiateAgain(answer)
  }

  #plainServed(answer: Answer, isAuthenticated: boolean): Step {
    const { method, path, dislikedWith } = this.#request
    if (isAuthenticated) {
      this.#memory.learnPersists()
      this.#served++
      if (answer.proves && this.#memory.asks(method, path)) this.#logOn?.proven(this.#pathOfProof(path))
      return { do: 'deliver', reusable: !answer.closes }
    }
    if (this.#state === 'fresh') this.#state = 'plain'
    if (answer.passes) this.#memory.learnPasses(method, path)
    if (dislikedWith !== undefined && dislikedWith !== answer.status) this.#memory.learnDislikesTokens()
    return { do: 'deliver', reusable: !answer.closes }
  }

  /** The request carried the NEGOTIATE, and is answered: with what it asked for, or because of the token. */
  #carriedAnswered(answer: Answer): Step {
    const request = this.#request
    if (this.#state === 'fresh') this.#state = 'plain'
    const neverAsked = this.#memory.scheme === undefined
    if (neverAsked && (answer.asks || answer.mayDislikeToken)) {
      request.dislikedWith = answer.status
      return this.#goPlainly(answer)
    }
    if (answer.asks) return this.#deliverRefusal(this.#notOffered(answer), !answer.closes)
    if (request.wasRefusedPlainly && this.#state === 'authenticated') this.#served++
    else if (answer.passes) this.#memory.learnPasses(request.method, request.path)
    return { do: 'deliver', reusable: !answer.closes }
  }

  /** What the next request must know, as this one cannot come back to find it out. */
  #refusedForGood(answer: Answer): Step {
    const { hasBody, wasForgottenAtOnce, replayable } = this.#request
    const { origin } = this.#memory
    if (wasForgottenAtOnce) this.#memory.learnForgotten()
    if (replayable) {
      const scheme = answer.bestOf(this.#options.schemes)!
      return this.#deliverRefusal(failures.notChallenged(origin, scheme, answer.status), false)
    }
    return this.#deliverRefusal(failures.bodyNotReplayable(origin, hasBody), false)
  }

  /** A HEAD without a token told whether the next request may go without one. */
  #withoutTokenAnswered(answer: Answer): Step {
    if (answer.asks) {
      this.#request.wasForgottenAtOnce = true
      return this.#negotiateAgain(answer)
    }
    this.#memory.learnPersists()
    return this.#sendPlainlyAfter(answer)
  }

  // --- The connection is lost ---------------------------------------------------------------------------------------

  /**
   * The connection closed before any byte of the answer to what was sent last.
   *
   * @param sent whether any of it may have left; what never did can always go again.
   */
  lost(cause: unknown, sent = true): Step {
    const request = this.#request
    switch (this.#awaited) {
      case 'leg with NEGOTIATE':
        if (sent && this.#isHead) {
          request.headWasLost = true
          if (this.#isByHead) this.#legSaidNothing()
        }
        return this.#reconnect(cause)
      case 'leg without a token':
        return { do: 'reconnect' }
      case 'request with NEGOTIATE':
        return this.#mayCarryAgain(sent) ? this.#reconnect(cause) : this.#fail(cause)
      case 'leg with AUTHENTICATE':
        return this.#authenticateLost(cause, true, sent)
      case 'request with AUTHENTICATE':
        return this.#authenticateLost(cause, !sent || (request.replayable && request.idempotent), sent)
      case 'plain request':
        if (!sent) return this.#reconnect(cause)
        return request.mayRepeat(sent, this.#used) ? { do: 'reconnect' } : this.#fail(cause)
    }
  }

  /** A safe request asks for nothing to be done, however often it comes; for others see the one rule on going again. */
  #mayCarryAgain(sent: boolean): boolean {
    return this.#request.safe || this.#request.mayRepeat(sent, this.#used)
  }

  #authenticateLost(cause: unknown, mayGoAgain: boolean, sent: boolean): Step {
    const error = failures.connectionClosed(this.#memory.origin, 'authenticate', cause)
    if (!sent) this.#logOn?.leave()
    else if (this.#logOn?.lost(error)) return this.#fail(error)
    return mayGoAgain ? this.#reconnect(cause) : this.#fail(error)
  }

  // --- Steps --------------------------------------------------------------------------------------------------------

  #sendPlainly(): Step {
    this.#awaited = 'plain request'
    return { do: 'send' }
  }

  /** The request goes without a token, on this connection if it stays open. */
  #sendPlainlyAfter(answer: Answer): Step {
    return answer.closes ? { do: 'reconnect' } : this.#sendPlainly()
  }

  /** The connection is authenticated all right: the request goes as it is, and a 401 to it is final. */
  #sendAsAuthenticated(answer: Answer): Step {
    this.#forbidsRequest = this.#forbidden()
    return answer.closes ? this.#reconnect() : this.#sendPlainly()
  }

  /** Another NEGOTIATE, on this connection if it stays open. */
  #negotiateAgain(answer: Answer): Step {
    return answer.closes ? { do: 'reconnect' } : { do: 'negotiate' }
  }

  /** The next way to begin, which may be to go without a token. */
  #beginAgainAfter(answer: Answer): Step {
    if (answer.closes) return { do: 'reconnect' }
    return this.#firstLegIsNothing() ? this.#sendPlainly() : { do: 'negotiate' }
  }

  #reconnect(cause?: unknown): Step {
    if (this.#request.mayReconnect()) return { do: 'reconnect' }
    return this.#fail(failures.connectionClosed(this.#memory.origin, this.phase, cause))
  }

  #fail(error: unknown): Step {
    this.#state = 'rejected'
    return { do: 'fail', error }
  }

  #deliverRefusal(error: NtlmError, reusable: boolean): Step {
    diagnostics.refused({ origin: this.#memory.origin, connection: this.#id, error })
    if (this.#options.strict) return this.#fail(error)
    return { do: 'deliver', reusable, error }
  }

  /** What a token is made for may fail at once, or later; either way the request fails with that. */
  #made(make: () => Step | Promise<Step>): Step | Promise<Step> {
    try {
      const step = make()
      return step instanceof Promise ? step.catch((error) => this.#fail(error)) : step
    } catch (error) {
      return this.#fail(error)
    }
  }

  // --- What is learned ----------------------------------------------------------------------------------------------

  /** A question that offers this scheme: the method and path that was asked for wants authentication. */
  #learnAsks(scheme: Scheme): void {
    const isLeg = this.#awaited.startsWith('leg')
    const method = isLeg ? this.#leg!.method : this.#request.method
    const path = isLeg ? (this.#leg!.path ?? this.#request.path) : this.#request.path
    this.#memory.learnScheme(scheme)
    this.#memory.learnAsks(method, path, isSafe(method))
  }

  #rejection(): NtlmError {
    const { schemeName, account } = this.#handshake
    return failures.rejected(this.#memory.origin, schemeName, account)
  }

  #forbidden(): NtlmError {
    const { schemeName, account } = this.#handshake
    return failures.forbidden(this.#memory.origin, schemeName, account)
  }

  #notOffered(answer: Answer): NtlmError {
    const offered = answer.offers.map(({ scheme }) => scheme)
    return failures.notOffered(this.#memory.origin, offered, this.#options.schemes)
  }
}
