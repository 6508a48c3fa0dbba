import type { Credential, NtlmError, NtlmPhase } from '@ntlmkit/core'
import type { SeenFailure } from '@ntlmkit/inspect'
import type { ResponseHead } from './answer.js'
import {
  authenticate,
  authenticateLost,
  legWithAuthenticateAnswered,
  requestWithAuthenticateAnswered,
} from './authenticate-answered.js'
import { type ConnectionAuthOptions, type ConnectionState, Conversation } from './conversation.js'
import { firstStep, goWithoutLogOn, negotiate } from './first-step.js'
import {
  challenged,
  legAnswered,
  legUnanswered,
  legWithoutTokenAnswered,
  negotiateLost,
} from './leg-answered.js'
import type { LogOn, LogOnPlace } from './log-ons.js'
import { type OutgoingRequest, withoutQuery } from './outgoing-request.js'
import {
  plainRequestAnswered,
  plainRequestLost,
  requestWithNegotiateAnswered,
  requestWithNegotiateLost,
} from './request-answered.js'
import type { Step } from './step.js'

/**
 * The authentication of one connection, without any I/O: whoever owns the connection tells it what happened and does
 * what it says. One request at a time: `begin`, then what the steps ask for, until `deliver` or `fail`.
 *
 * Here is only who decides; the rules are in the files by what was sent last, as docs/rules.md has them.
 */
export class ConnectionAuth {
  /** The header that carries the credentials, lower case. */
  readonly credentialsField: 'authorization' | 'proxy-authorization'
  readonly #conversation: Conversation

  constructor(options: ConnectionAuthOptions) {
    this.#conversation = new Conversation(options)
    this.credentialsField = this.#conversation.credentialsField
  }

  get state(): ConnectionState {
    return this.#conversation.state
  }

  /** How far the handshake is: for the errors of whoever owns the connection. */
  get phase(): NtlmPhase {
    return this.#conversation.phase
  }

  /** The connection is free: what to do first for this request. */
  begin(request: OutgoingRequest): Step {
    return firstStep(this.#conversation, request)
  }

  /** Answers `negotiate`: the first leg, under this credential. */
  negotiate(credential: Credential): Step | Promise<Step> {
    return this.#made(() => negotiate(this.#conversation, credential))
  }

  /** Answers `negotiate` where the credential was rejected a short while ago. */
  refuse(error: NtlmError): Step {
    return goWithoutLogOn(this.#conversation, error)
  }

  /** Where the credential of the handshake is tried: who wants to send an AUTHENTICATE needs a turn there. */
  get logOnPlace(): LogOnPlace {
    const { memory, leg, request, handshake } = this.#conversation
    const path = withoutQuery(leg?.path ?? request.path)
    return { origin: memory.origin, path, order: request.order, credential: handshake.credential }
  }

  /** Answers `authenticate`: the AUTHENTICATE, under this log-on. */
  authenticate(logOn: LogOn): Step | Promise<Step> {
    this.#conversation.logOn = logOn
    return this.#made(() => authenticate(this.#conversation))
  }

  /** The head of the answer to what was sent last. */
  answer(head: ResponseHead): Step {
    const conversation = this.#conversation
    const answer = conversation.read(head)
    const { request, memory } = conversation
    if (request.headWasLost && !conversation.isHead) memory.learnHeadIsNoUse()
    request.headWasLost = false
    switch (conversation.awaited) {
      case 'leg with NEGOTIATE':
        return answer.asks ? challenged(conversation, answer) : legAnswered(conversation, answer)
      case 'request with NEGOTIATE':
        return answer.asks
          ? challenged(conversation, answer)
          : requestWithNegotiateAnswered(conversation, answer)
      case 'leg with AUTHENTICATE':
        return legWithAuthenticateAnswered(conversation, answer)
      case 'request with AUTHENTICATE':
        return requestWithAuthenticateAnswered(conversation, answer)
      case 'leg without a token':
        return legWithoutTokenAnswered(conversation, answer)
      case 'plain request':
        return plainRequestAnswered(conversation, answer)
    }
  }

  /** No answer came to a leg in the time it had: that is an answer too, on a connection that is no use any more. */
  silent(): Step {
    return legUnanswered(this.#conversation)
  }

  /** Garbage: what came was no HTTP, or came where nothing may come. */
  garbled(cause: unknown): Step {
    const conversation = this.#conversation
    return conversation.isHead ? legUnanswered(conversation, cause) : conversation.fail(cause)
  }

  /**
   * The connection closed before any byte of the answer to what was sent last.
   *
   * @param sent whether any of it may have left; what never did can always go again.
   */
  lost(cause: unknown, sent = true): Step {
    const conversation = this.#conversation
    const { replayable, idempotent } = conversation.request
    if (conversation.awaited !== 'plain request') conversation.request.observed.lost(sent)
    if (!sent && conversation.isOverBehindAnswer) return conversation.goOnElsewhere()
    switch (conversation.awaited) {
      case 'leg with NEGOTIATE':
        return negotiateLost(conversation, cause, sent)
      case 'request with NEGOTIATE':
        return requestWithNegotiateLost(conversation, cause, sent)
      case 'leg with AUTHENTICATE':
        return authenticateLost(conversation, cause, true, sent)
      case 'request with AUTHENTICATE':
        return authenticateLost(conversation, cause, !sent || (replayable && idempotent), sent)
      case 'leg without a token':
        return { do: 'reconnect' }
      case 'plain request':
        return plainRequestLost(conversation, cause, sent)
    }
  }

  /** Explains an error that ends the request, and tells of it, once. */
  explain(error: unknown, failure: Omit<SeenFailure, 'code'>): void {
    this.#conversation.explain(error, failure)
  }

  /** Makes a token, which may fail at once, or later; either way the request fails with that. */
  #made(make: () => Step | Promise<Step>): Step | Promise<Step> {
    const failed = (error: unknown) => this.#conversation.fail(error)
    try {
      const step = make()
      return step instanceof Promise ? step.catch(failed) : step
    } catch (error) {
      return failed(error)
    }
  }
}
