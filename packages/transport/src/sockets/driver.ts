import { AsyncResource } from 'node:async_hooks'
import { type Credential, NtlmError } from '@ntlmkit/core'
import type { SeenFailure } from '@ntlmkit/inspect'
import type { ResponseHead } from '../rules/answer.js'
import type { ConnectionAuth } from '../rules/connection-auth.js'
import { explained } from '../rules/explanation.js'
import { timedOut } from '../rules/failures.js'
import { LegCookies } from '../rules/leg-cookies.js'
import type { LogOn, LogOnWaiter } from '../rules/log-ons.js'
import type { OutgoingRequest } from '../rules/outgoing-request.js'
import type { OriginSession } from '../rules/session.js'
import type { Leg, Step } from '../rules/step.js'
import type { LegOutcome } from './leg.js'
import { hangUp } from './lost-connection.js'

/** A connection as its owner lends it to one exchange. */
export interface DrivenConnection {
  readonly auth: ConnectionAuth
  /** True while something can still be sent on it. */
  readonly usable: boolean
}

/** The owner of connections, in what one differs from another: how a leg and the request get onto one, and end. */
export interface ExchangeOwner<Connection extends DrivenConnection> {
  /** Sends a leg; its outcome is told once. Default for `leg.path`: the request's own. */
  sendLeg(connection: Connection, leg: Leg, done: (outcome: LegOutcome) => void): void
  /** Puts the client's own request on the connection, with this credentials field if there is one. */
  sendRequest(connection: Connection, authorization: string | undefined): void
  /** Closes the connection and finds another: `begin` is called with it. */
  reconnect(connection: Connection): void
  /** Closes the connection, if there is one, and tells the client. */
  fail(error: unknown): void
}

/** The verdict on the answer to the client's own request. */
export type Verdict =
  /** The client gets it; `error` says why it is a refusal. */
  | { do: 'deliver'; reusable: boolean; error?: NtlmError }
  /** The client does not see it: it is read to its end, and then `proceed` is called. */
  | { do: 'take back' }
  | { do: 'fail'; error: unknown }

/**
 * One exchange: a request of the client over all its legs and connections. It does what the rules say, and is the same
 * for whoever owns the sockets. Whatever calls back runs in the async context in which the exchange was made.
 */
export class Driver<Connection extends DrivenConnection> implements LogOnWaiter {
  readonly request: OutgoingRequest
  readonly cookies = new LegCookies()
  readonly #session: OriginSession
  readonly #owner: ExchangeOwner<Connection>
  readonly #context = new AsyncResource('ntlmkit.exchange')
  #connection: Connection | undefined
  #credential: Credential | undefined
  #logOn: LogOn | undefined
  #authenticateSent = false
  #next: Step | undefined
  #timer: NodeJS.Timeout | undefined
  #timeLeft: number
  #timeStarted = 0
  #finished = false
  /** The password's function has been asked, and has not answered yet. */
  #awaitsSecret = false

  constructor(session: OriginSession, request: OutgoingRequest, owner: ExchangeOwner<Connection>) {
    this.#session = session
    this.request = request
    this.#owner = owner
    this.#timeLeft = session.options.handshakeTimeout
  }

  get finished(): boolean {
    return this.#finished
  }

  /** Runs something in the client's async context: pools and sockets call back in that of somebody else. */
  inContext<T>(run: () => T): T {
    return this.#context.runInAsyncScope(run)
  }

  /**
   * Asks, before a connection is looked for, whether the request would only wait for one to be refused.
   *
   * @param proceed called where it would not.
   */
  start(proceed: () => void): void {
    if (!this.#session.logOns.hasRejections) {
      proceed()
      return
    }
    this.#withCredential((credential) => {
      const refusal = this.#session.refusal(credential, this.request)
      if (refusal === undefined) proceed()
      else this.#fail(refusal)
    })
  }

  /** The exchange has a connection that serves nobody else. */
  begin(connection: Connection): void {
    if (this.#finished) return
    this.#connection = connection
    this.#perform(connection.auth.begin(this.request))
  }

  /** The head of the answer to the client's own request. */
  answered(head: ResponseHead): Verdict {
    const step = this.#connection!.auth.answer(head)
    if (step.do === 'deliver') return step
    if (step.do === 'fail') {
      this.explain(step.error)
      return step
    }
    this.cookies.take([head.headers['set-cookie'] ?? []].flat())
    this.#next = step
    this.startTimer()
    return { do: 'take back' }
  }

  /** An answer that was taken back has been read to its end, or its connection closed on the way. */
  proceed(closed: boolean): void {
    const step = this.#next
    this.#next = undefined
    if (step === undefined || this.#finished) return
    if (!closed) this.#perform(step)
    // A CHALLENGE is no use on another connection: that is one handshake lost, and counted.
    else if (step.do === 'authenticate') this.#perform(this.#connection!.auth.lost(hangUp(), false))
    // What was learned from it holds; only where it happens has changed.
    else this.#perform({ do: 'reconnect' })
  }

  /** The connection was lost before any byte of the answer to the client's own request. */
  lost(cause: Error, sent: boolean): Step {
    const step = this.#connection!.auth.lost(cause, sent)
    if (step.do === 'fail') this.explain(step.error)
    return step
  }

  /** Explains an error before the client has it, and tells of it, once: whoever fails the request calls it first. */
  explain(error: unknown): void {
    if (!(error instanceof NtlmError)) return
    const { memory, options } = this.#session
    const isTimeout = error.code === 'ERR_NTLM_TIMEOUT'
    const failure = { during: this.#during, after: isTimeout ? options.handshakeTimeout : undefined }
    if (this.#connection !== undefined) this.#connection.auth.explain(error, failure)
    else explained(error, { origin: memory.origin, options, request: this.request, connection: 0 }, failure)
  }

  get #during(): SeenFailure['during'] {
    if (this.#awaitsSecret) return 'password'
    const auth = this.#connection?.auth
    if (auth === undefined) return 'connect'
    return auth.state === 'challenged' && auth.phase !== 'authenticate' ? 'challenge' : auth.phase
  }

  /** Does what a step says that `lost` gave. */
  perform(step: Step): void {
    this.#perform(step)
  }

  /** The client gave up, or has its answer: nothing is called any more. */
  finish(): void {
    this.#finished = true
    this.#connection = undefined
    this.stopTimer()
    if (this.#authenticateSent) this.#logOn?.unclear()
    else this.#logOn?.leave()
    this.#logOn = undefined
  }

  /** The time for the handshake runs, from what is left of it. */
  startTimer(): void {
    if (this.#timer !== undefined || this.#finished) return
    this.#timeStarted = performance.now()
    this.#timer = setTimeout(() => this.inContext(() => this.#timedOut()), this.#timeLeft)
  }

  /** The request is the client's own affair for now: its own time-outs hold. */
  stopTimer(): void {
    if (this.#timer === undefined) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#timeLeft = Math.max(1, this.#timeLeft - (performance.now() - this.#timeStarted))
  }

  admit(): void {
    this.inContext(() => {
      if (!this.#finished) this.#authenticate()
    })
  }

  refuse(error: NtlmError): void {
    this.inContext(() => this.#fail(error))
  }

  #perform(step: Step): void {
    const connection = this.#connection!
    switch (step.do) {
      case 'negotiate':
        this.startTimer()
        this.#negotiate(connection)
        return
      case 'authenticate':
        this.#awaitTurn(connection)
        return
      case 'leg':
        this.startTimer()
        this.#sendLeg(connection, step.leg)
        return
      case 'send':
        this.#send(connection, step.authorization)
        return
      case 'reconnect':
        this.#reconnect(connection)
        return
      case 'fail':
        this.#fail(step.error)
        return
      case 'deliver':
        throw new Error('There is no answer to deliver.')
    }
  }

  #negotiate({ auth }: Connection): void {
    this.#withCredential((credential) => {
      const { logOns, memory } = this.#session
      if (!logOns.hasRejections) {
        this.#performWhenMade(auth.negotiate(credential))
        return
      }
      const { pathname: path, order } = this.request
      const refusal = logOns.refusal({ origin: memory.origin, path, order, credential })
      const final = this.#session.refusal(credential, this.request)
      if (final !== undefined) this.#fail(final)
      else this.#performWhenMade(refusal === undefined ? auth.negotiate(credential) : auth.refuse(refusal))
    })
  }

  /** The password's function is called once a handshake. */
  #withCredential(use: (credential: Credential) => void): void {
    const known = this.#credential
    if (known !== undefined) {
      this.#credential = undefined
      use(known)
      return
    }
    const connection = this.#connection
    this.#awaitsSecret = true
    this.#session.options.credentials.whenResolved(
      (credential) => {
        this.#awaitsSecret = false
        if (this.#finished || this.#connection !== connection) return
        if (connection === undefined) this.#credential = credential
        use(credential)
      },
      (error) => {
        this.#awaitsSecret = false
        this.#fail(error)
      },
    )
  }

  #awaitTurn({ auth }: Connection): void {
    this.#authenticateSent = false
    // Assigned before anybody is admitted: that may be at once.
    this.#session.logOns.enter(auth.logOnPlace, this, (logOn) => {
      this.#logOn = logOn
    })
  }

  #authenticate(): void {
    const connection = this.#connection!
    if (!connection.usable) {
      this.#logOn?.leave()
      this.#perform(connection.auth.lost(hangUp(), false))
      return
    }
    this.#authenticateSent = true
    this.#performWhenMade(connection.auth.authenticate(this.#logOn!))
  }

  /** The one place that waits for a token: contexts that must ask somebody first take their time. */
  #performWhenMade(step: Step | Promise<Step>): void {
    if (!(step instanceof Promise)) {
      this.#perform(step)
      return
    }
    const connection = this.#connection
    step.then((made) => {
      if (!this.#finished && this.#connection === connection) this.#perform(made)
    })
  }

  #sendLeg(connection: Connection, leg: Leg): void {
    if (!connection.usable) {
      this.#perform(connection.auth.lost(hangUp(), false))
      return
    }
    this.#owner.sendLeg(connection, leg, (outcome) => {
      this.inContext(() => {
        if (!this.#finished && this.#connection === connection) this.#perform(this.#stepAfter(outcome))
      })
    })
  }

  #stepAfter(outcome: LegOutcome): Step {
    const { auth } = this.#connection!
    if ('head' in outcome) {
      this.cookies.take([outcome.head.headers['set-cookie'] ?? []].flat())
      return auth.answer(outcome.head)
    }
    if ('lost' in outcome) return auth.lost(outcome.lost)
    if ('garbled' in outcome) return auth.garbled(outcome.garbled)
    if ('silent' in outcome) return auth.silent()
    return { do: 'fail', error: outcome.failed }
  }

  #send(connection: Connection, authorization: string | undefined): void {
    if (!connection.usable) {
      this.#perform(connection.auth.lost(hangUp(), false))
      return
    }
    // A NEGOTIATE that the request carries is still a leg, if one that may turn out to be the answer.
    if (connection.auth.phase === 'negotiate' && authorization !== undefined) this.startTimer()
    else this.stopTimer()
    this.#owner.sendRequest(connection, authorization)
  }

  #reconnect(connection: Connection): void {
    this.#connection = undefined
    this.#logOn?.leave()
    this.#logOn = undefined
    this.startTimer()
    this.#owner.reconnect(connection)
  }

  #timedOut(): void {
    const { memory, options } = this.#session
    const phase = this.#connection?.auth.phase ?? 'negotiate'
    this.#fail(timedOut(memory.origin, options.handshakeTimeout, phase))
  }

  #fail(error: unknown): void {
    if (this.#finished) return
    this.explain(error)
    this.#owner.fail(error)
  }
}
