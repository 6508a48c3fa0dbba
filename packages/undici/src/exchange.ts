import type { IncomingHttpHeaders } from 'node:http'
import type { Duplex } from 'node:stream'
import {
  Drain,
  failures,
  type GateWaiter,
  type NtlmError,
  type OriginMemory,
  OutgoingRequest,
  type Step,
} from '@ntlmkit/core'
import type { Dispatcher } from 'undici'
import type { ResolvedAgentOptions } from './agent-options.js'
import { ExchangeController } from './controller.js'
import { bridgeHandler, type ClientHandler } from './handler-bridge.js'
import { LegHandler } from './leg.js'
import type { PinnedConnection } from './pinned-connection.js'
import { bodyTraits, discardBody, watchBody } from './request-body.js'
import { type FlatHeaders, legHeaders } from './request-headers.js'

type Controller = Dispatcher.DispatchController
type Options = Dispatcher.DispatchOptions
type LegStep = Extract<Step, { do: 'leg' }>

/** What an exchange needs of the pool that gives it connections. */
export interface ExchangePool {
  readonly options: ResolvedAgentOptions
  readonly memory: OriginMemory
  /**
   * Opens a connection in the place that the exchange was given.
   *
   * @returns gives up.
   */
  connect(exchange: Exchange, done: (error: Error | null, connection?: PinnedConnection) => void): () => void
  /** The exchange on it is over, and the connection may serve another. */
  release(connection: PinnedConnection): void
  /** Closes a connection that may not serve again. */
  discard(connection: PinnedConnection, reason?: Error | null): void
  /** An upgrade took the socket: it is the client's own from now on. */
  surrender(connection: PinnedConnection): void
  /** Closes a connection and keeps its place for the exchange that was on it. */
  replace(connection: PinnedConnection, exchange: Exchange): void
  /** The exchange is over; whatever it held is free. */
  finished(exchange: Exchange): void
}

/**
 * One request of a client, from its dispatch to the end of its response, over however many legs and connections
 * that takes. It does what the connection's {@link ConnectionAuth} says.
 */
export class Exchange implements Dispatcher.DispatchHandler, GateWaiter {
  readonly #pool: ExchangePool
  readonly #options: Options
  readonly #headers: FlatHeaders
  readonly #handler: ClientHandler
  readonly #controller = new ExchangeController((reason) => this.#fail(reason))
  readonly #request: OutgoingRequest
  #stopWatchingBody: (() => void) | undefined
  #connection: PinnedConnection | undefined
  #cancelOpening: (() => void) | undefined
  #afterGate: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined
  #finished = false
  #delivering = false
  #reusable = false
  #sent = false
  #next: Step | undefined
  #drain: Drain | undefined

  /** @param headers the request's own, flattened: they are read for every leg. */
  constructor(
    pool: ExchangePool,
    options: Options,
    headers: FlatHeaders,
    handler: Dispatcher.DispatchHandler,
  ) {
    this.#pool = pool
    this.#options = options
    this.#headers = headers
    this.#handler = bridgeHandler(handler)
    const method = options.upgrade ? 'GET' : options.method
    const { hasBody, replayable } = bodyTraits(options.body)
    const { idempotent, path } = options
    this.#request = new OutgoingRequest({ method, path, hasBody, replayable, idempotent }, pool.memory)
    if (hasBody && !replayable) this.#stopWatchingBody = watchBody(options.body, (error) => this.#fail(error))
  }

  /** Tells the client's handler that its request has begun; false when it gave it up there and then. */
  announce(): boolean {
    this.#handler.onRequestStart(this.#controller, {})
    return !this.#finished
  }

  /** The pool has a place for one more connection. */
  open(): void {
    if (this.#pool.memory.plain) this.#connect()
    else this.#enterGate(() => this.#connect())
  }

  /** The pool has a free connection. */
  run(connection: PinnedConnection): void {
    this.#connection = connection
    this.#do(connection.auth.begin(this.#request))
  }

  admit(): void {
    const proceed = this.#afterGate
    this.#afterGate = undefined
    proceed?.()
  }

  refuse(error: NtlmError): void {
    this.#fail(failures.failedMeanwhile(this.#pool.memory.origin, error))
  }

  abort(reason: Error): void {
    this.#fail(reason)
  }

  #enterGate(proceed: () => void): void {
    this.#afterGate = proceed
    this.#pool.memory.gate.enter(this)
  }

  #connect(): void {
    const refusal = this.#request.rejectedMeanwhile(this.#pool.memory)
    if (refusal) {
      this.refuse(refusal)
      return
    }
    this.#startTimer()
    this.#cancelOpening = this.#pool.connect(this, (error, connection) => {
      this.#cancelOpening = undefined
      if (connection === undefined) this.#fail(error)
      else this.run(connection)
    })
  }

  #do(step: Step): void {
    switch (step.do) {
      case 'handshake':
        this.#enterGate(() => this.#negotiate())
        return
      case 'leg':
        this.#sendLeg(step)
        return
      case 'send':
        if (step.authorization === undefined) this.#send(undefined)
        else this.#sendOnceSettled(step.authorization)
        return
      case 'reconnect':
        this.#reconnect()
        return
      case 'fail':
        this.#fail(step.error)
        return
      case 'deliver':
        throw new Error('There is no answer to deliver.')
    }
  }

  #negotiate(): void {
    this.#startTimer()
    const { auth } = this.#connection!
    this.#pool.options.ntlm.credentials.whenResolved(
      (credential) => {
        if (!this.#finished) this.#do(auth.negotiate(credential))
      },
      (error) => this.#fail(error),
    )
  }

  #sendLeg({ method, path, authorization }: LegStep): void {
    const connection = this.#connection!
    const { headersTimeout, bodyTimeout } = this.#options
    const target = path === undefined ? { path: this.#options.path, query: this.#options.query } : { path }
    const headers = legHeaders(this.#headers, connection.auth.credentialsField, authorization)
    const leg = { method, ...target, headers, headersTimeout, bodyTimeout, reset: false } as Options
    const { origin } = this.#pool.memory
    connection.dispatch(
      leg,
      new LegHandler(origin, (error, head) => {
        if (this.#finished) return
        if (error === null) this.#do(connection.auth.answer(head!))
        else this.#lostOrFailed(error)
      }),
    )
  }

  /**
   * An AUTHENTICATE waits two turns of the event loop: a server that closes behind its challenge without saying so is
   * seen by then, and neither the request nor an attempt is lost.
   */
  #sendOnceSettled(authorization: string): void {
    setImmediate(() =>
      setImmediate(() => {
        if (!this.#finished) this.#send(authorization)
      }),
    )
  }

  #send(authorization: string | undefined): void {
    const connection = this.#connection!
    this.#stopTimer()
    this.#stopWatchingBody?.()
    this.#sent = false
    this.#next = undefined
    connection.dispatch(this.#clientOptions(authorization), this)
  }

  /** The client's own options, touched only where they must be: most requests go as they came. */
  #clientOptions(authorization: string | undefined): Options {
    const options = this.#options
    // undici closes the connection after a HEAD, or a body where none is expected, unless told not to.
    const keepOpen =
      !options.upgrade && options.reset == null && (this.#request.hasBody || options.method === 'HEAD')
    if (authorization === undefined && !keepOpen) return options
    const headers: FlatHeaders =
      authorization === undefined
        ? this.#headers
        : [...this.#headers, this.#connection!.auth.credentialsField, authorization]
    return { ...options, headers: headers as string[], ...(keepOpen ? { reset: false } : {}) }
  }

  onRequestStart(controller: Controller): void {
    this.#sent = true
    this.#controller.attach(controller)
  }

  onBodySent(chunk: unknown): void {
    this.#handler.onBodySent(chunk)
  }

  onRequestSent(): void {
    this.#handler.onRequestSent()
  }

  onResponseStarted(): void {
    this.#handler.onResponseStarted()
  }

  onRequestUpgrade(
    _controller: Controller,
    status: number,
    headers: IncomingHttpHeaders,
    socket: Duplex,
  ): void {
    const connection = this.#connection!
    connection.auth.answer({ status, headers })
    this.#finish()
    this.#pool.surrender(connection)
    this.#handler.onRequestUpgrade(this.#controller, status, headers, socket)
  }

  onResponseStart(
    _controller: Controller,
    status: number,
    headers: IncomingHttpHeaders,
    message?: string,
  ): void {
    if (status < 200) {
      this.#handler.onResponseStart(this.#controller, status, headers, message)
      return
    }
    const step = this.#connection!.auth.answer({ status, headers })
    if (step.do === 'deliver') {
      this.#delivering = true
      this.#reusable = step.reusable
      this.#handler.onResponseStart(this.#controller, status, headers, message)
      return
    }
    if (step.do === 'fail') {
      this.#fail(step.error)
      return
    }
    this.#next = step
    this.#drain = new Drain(this.#pool.memory.origin, 'authenticate')
    this.#startTimer()
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    if (this.#delivering && !this.#finished) {
      this.#handler.onResponseData(this.#controller, chunk)
      return
    }
    const tooLarge = this.#finished ? undefined : this.#drain?.take(chunk)
    if (tooLarge) this.#fail(tooLarge)
  }

  onResponseEnd(_controller: Controller, trailers: IncomingHttpHeaders): void {
    if (this.#finished) return
    if (!this.#delivering) {
      this.#do(this.#next!)
      return
    }
    const connection = this.#connection!
    this.#finish()
    if (this.#reusable) this.#pool.release(connection)
    else this.#pool.discard(connection)
    this.#handler.onResponseEnd(this.#controller, trailers)
  }

  onResponseError(_controller: Controller, error: Error): void {
    if (this.#finished) return
    if (this.#delivering) this.#fail(error)
    else if (this.#next) this.#nextAfterLoss(error)
    else this.#lostOrFailed(error)
  }

  /** The connection was lost while an answer that nobody waits for was drained. */
  #nextAfterLoss(error: Error): void {
    if (this.#connection!.lossBehind(error)) this.#reconnect()
    else this.#fail(error)
  }

  #lostOrFailed(error: Error): void {
    const connection = this.#connection!
    const loss = connection.lossBehind(error)
    if (loss === undefined) this.#fail(error)
    else this.#do(connection.auth.lost(loss, this.#sent))
  }

  #reconnect(): void {
    const connection = this.#connection!
    this.#connection = undefined
    this.#pool.replace(connection, this)
    this.open()
  }

  #startTimer(): void {
    if (this.#timer !== undefined) return
    const { handshakeTimeout } = this.#pool.options.ntlm
    this.#timer = setTimeout(() => {
      const phase = this.#connection?.auth.phase ?? 'negotiate'
      this.#fail(failures.timedOut(this.#pool.memory.origin, handshakeTimeout, phase))
    }, handshakeTimeout)
  }

  #stopTimer(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  #fail(reason: unknown): void {
    if (this.#finished) return
    const error = reason instanceof Error ? reason : new Error(String(reason))
    const connection = this.#connection
    this.#finish()
    discardBody(this.#options.body, error)
    if (connection) this.#pool.discard(connection, error)
    this.#handler.onResponseError(this.#controller, error)
  }

  #finish(): void {
    this.#finished = true
    this.#connection = undefined
    this.#cancelOpening?.()
    this.#stopTimer()
    this.#stopWatchingBody?.()
    this.#pool.memory.gate.leave(this)
    this.#pool.finished(this)
  }
}
