import type { IncomingHttpHeaders } from 'node:http'
import { stringify } from 'node:querystring'
import type { Duplex } from 'node:stream'
import {
  afterPolling,
  Drain,
  Driver,
  type ExchangeOwner,
  type Leg,
  type LegOutcome,
  type OriginSession,
  OutgoingRequest,
  tellLeftAlone,
} from '@ntlmkit/transport'
import { type Dispatcher, errors } from 'undici'
import type { ResolvedAgentOptions } from './agent-options.js'
import { ExchangeController } from './controller.js'
import { bridgeHandler, type ClientHandler } from './handler-bridge.js'
import type { PinnedConnection } from './pinned-connection.js'
import { bodyTraits, discardBody, watchBody } from './request-body.js'
import { type FlatHeaders, fieldOf, legHeaders, requestHeaders } from './request-headers.js'
import { withLegCookies } from './response-cookies.js'
import { isSmall, readSmall } from './small-body.js'

type Controller = Dispatcher.DispatchController
type Options = Dispatcher.DispatchOptions

/** The pool that gives an exchange its connections. */
export interface ExchangePool {
  readonly options: ResolvedAgentOptions
  readonly session: OriginSession
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
 * One request of a client, from its dispatch to the end of its response. The driver says what is sent when; this puts it
 * on connections through undici, and gives the client's handler what is the client's.
 */
export class Exchange implements Dispatcher.DispatchHandler, ExchangeOwner<PinnedConnection> {
  readonly #pool: ExchangePool
  readonly #headers: FlatHeaders
  readonly #handler: ClientHandler
  readonly #controller = new ExchangeController((reason) => this.fail(reason))
  readonly #driver: Driver<PinnedConnection>
  #options: Options
  #stopWatchingBody: (() => void) | undefined
  #connection: PinnedConnection | undefined
  #cancelOpening: (() => void) | undefined
  #finished = false
  #delivering = false
  #reusable = false
  #sent = false
  /** Counts the answer that is taken back. */
  #drain: Drain | undefined

  /**
   * @param headers the request's own, flattened: they are read for every leg.
   * @param given the options as the client gave them.
   */
  constructor(
    pool: ExchangePool,
    options: Options,
    headers: FlatHeaders,
    handler: Dispatcher.DispatchHandler,
    given: Options,
  ) {
    this.#pool = pool
    this.#options = options
    this.#headers = headers
    this.#handler = bridgeHandler(handler)
    this.#driver = new Driver(pool.session, requestOf(options, headers, given), this)
    if (this.#goesOnce) this.#stopWatchingBody = watchBody(options.body, (error) => this.fail(error))
  }

  get finished(): boolean {
    return this.#finished
  }

  /** Whether HTTP lets it be asked for twice, whatever became of it the first time. */
  get isSafe(): boolean {
    return this.#driver.request.safe
  }

  /** Tells the client's handler that its request has begun; false when it gave it up there and then. */
  announce(): boolean {
    this.#tell(() => this.#handler.onRequestStart(this.#controller, {}))
    return !this.#finished
  }

  /**
   * Reads what has to be read of the request before it can go.
   *
   * @param ready not called for one that is given up meanwhile.
   */
  prepare(ready: () => void): void {
    const { body } = this.#options
    if (!isSmall(body, this.#headers)) {
      ready()
      return
    }
    readSmall(body).then(
      (read) => {
        this.#options = { ...this.#options, body: read as Options['body'] }
        if (!this.#finished) ready()
      },
      (error) => this.fail(error),
    )
  }

  /** The pool has a place for one more connection: who had it before may have given it back in a context of its own. */
  open(): void {
    this.#driver.inContext(() => this.#driver.start(() => this.#connect()))
  }

  #connect(): void {
    this.#driver.startTimer()
    this.#cancelOpening = this.#pool.connect(this, (error, connection) => {
      this.#cancelOpening = undefined
      if (connection === undefined) this.fail(error)
      else this.run(connection)
    })
  }

  /** The pool has a free connection. */
  run(connection: PinnedConnection): void {
    this.#connection = connection
    this.#driver.inContext(() => this.#driver.begin(connection))
  }

  abort(reason: Error): void {
    this.fail(reason)
  }

  // --- What the driver asks for -------------------------------------------------------------------------------------

  sendLeg(connection: PinnedConnection, leg: Leg, done: (outcome: LegOutcome) => void): void {
    const { method, path = this.#path, authorization, framing, patience } = leg
    const { origin } = this.#pool.session.memory
    const field = connection.auth.credentialsField
    const headers = legHeaders(this.#headers, framing, origin, field, authorization, this.#driver.cookies)
    const timer = this.#limitOfLeg()
    const whole = { origin, method, path, headers, patience }
    connection.sendLeg(whole, (outcome) => {
      clearTimeout(timer)
      done(outcome)
    })
  }

  /** A leg may be without an answer for as long as the client allows its request. */
  #limitOfLeg(): NodeJS.Timeout | undefined {
    const limit = this.#options.headersTimeout ?? this.#pool.options.client.headersTimeout
    if (!limit) return undefined
    return setTimeout(() => this.fail(new errors.HeadersTimeoutError()), limit)
  }

  sendRequest(connection: PinnedConnection, authorization: string | undefined): void {
    this.#stopWatchingBody?.()
    this.#sent = false
    this.#drain = undefined
    connection.dispatch(this.#clientOptions(connection, authorization), this)
  }

  reconnect(connection: PinnedConnection): void {
    this.#connection = undefined
    this.#pool.replace(connection, this)
    this.open()
  }

  fail(reason: unknown): void {
    if (this.#finished) return
    const error = reason instanceof Error ? reason : new Error(String(reason))
    const connection = this.#connection
    this.#driver.explain(error)
    this.#finish()
    discardBody(this.#options.body, error)
    if (connection) this.#pool.discard(connection, error)
    this.#driver.inContext(() => this.#handler.onResponseError(this.#controller, error))
  }

  get #path(): string {
    const { path, query } = this.#options
    if (query == null) return path
    const search = stringify(query)
    return search === '' ? path : `${path}?${search}`
  }

  get #goesOnce(): boolean {
    const { hasBody, replayable } = this.#driver.request
    return hasBody && !replayable
  }

  /** The client's own options, touched only where they must be: most requests go as they came. */
  #clientOptions(connection: PinnedConnection, authorization: string | undefined): Options {
    const options = this.#options
    const { cookies, request } = this.#driver
    // undici closes the connection after a HEAD, or a body where none is expected, unless told not to.
    const keepOpen =
      !options.upgrade && options.reset == null && (request.hasBody || options.method === 'HEAD')
    const isAsItCame = authorization === undefined && cookies.isEmpty
    if (isAsItCame && !keepOpen) return options
    const field = connection.auth.credentialsField
    const headers = isAsItCame ? this.#headers : requestHeaders(this.#headers, field, authorization, cookies)
    return { ...options, headers: headers as string[], ...(keepOpen ? { reset: false } : {}) }
  }

  // --- What undici tells of the request -----------------------------------------------------------------------------

  onRequestStart(controller: Controller): void {
    this.#sent = true
    this.#controller.attach(controller)
  }

  onBodySent(chunk: unknown): void {
    this.#tell(() => this.#handler.onBodySent(chunk))
  }

  onRequestSent(): void {
    this.#tell(() => this.#handler.onRequestSent())
  }

  onResponseStarted(): void {
    this.#tell(() => this.#handler.onResponseStarted())
  }

  onRequestUpgrade(
    controller: Controller,
    status: number,
    headers: IncomingHttpHeaders,
    socket: Duplex,
  ): void {
    const connection = this.#connection!
    this.#controller.rawHeaders = controller.rawHeaders
    connection.auth.answer({ status, headers })
    this.#finish()
    this.#pool.surrender(connection)
    this.#ownError(() => this.#handler.onRequestUpgrade(this.#controller, status, headers, socket), socket)
  }

  onResponseStart(
    controller: Controller,
    status: number,
    headers: IncomingHttpHeaders,
    message?: string,
  ): void {
    if (this.#finished) return
    if (status < 200) {
      this.#controller.rawHeaders = controller.rawHeaders
      this.#tell(() => this.#handler.onResponseStart(this.#controller, status, headers, message))
      return
    }
    const verdict = this.#driver.answered({ status, headers })
    switch (verdict.do) {
      case 'take back':
        this.#drain = new Drain(this.#pool.session.memory.origin, 'authenticate')
        return
      case 'fail':
        this.fail(verdict.error)
        return
      case 'deliver':
        if (status === 407 && this.#proxyAsks(headers)) return
        this.#delivering = true
        this.#reusable = verdict.reusable
        this.#driver.stopTimer()
        this.#deliver(controller, status, headers, message)
    }
  }

  /** Tells that a proxy asks, which gets no credentials of ours; true if the client is told in the place of its answer. */
  #proxyAsks(headers: IncomingHttpHeaders): boolean {
    const { memory, options } = this.#pool.session
    const asked = { origin: memory.origin, method: this.#options.method, why: undefined }
    const refused = tellLeftAlone(asked, { status: 407, headers }, options)
    if (refused?.fails) this.fail(refused.error)
    return refused?.fails === true
  }

  #deliver(controller: Controller, status: number, headers: IncomingHttpHeaders, message?: string): void {
    const { fields, raw } = withLegCookies(this.#driver.cookies, headers, controller.rawHeaders)
    this.#controller.rawHeaders = raw
    this.#tell(() => this.#handler.onResponseStart(this.#controller, status, fields, message))
  }

  onResponseData(_controller: Controller, chunk: Buffer): void {
    if (this.#finished) return
    if (this.#delivering) {
      this.#tell(() => this.#handler.onResponseData(this.#controller, chunk))
      return
    }
    const tooLarge = this.#drain?.take(chunk)
    if (tooLarge) this.fail(tooLarge)
  }

  onResponseEnd(controller: Controller, trailers: IncomingHttpHeaders): void {
    if (this.#finished) return
    if (!this.#delivering) {
      // A server that closes behind its challenge is seen by then, and neither the request nor an attempt is lost.
      afterPolling(() => this.#driver.inContext(() => this.#driver.proceed(false)))
      return
    }
    const connection = this.#connection!
    this.#controller.rawTrailers = controller.rawTrailers
    this.#finish()
    if (this.#reusable) this.#pool.release(connection)
    else this.#pool.discard(connection)
    this.#ownError(() => this.#handler.onResponseEnd(this.#controller, trailers))
  }

  /** As in undici, an error that the handler throws when its request is over is that request's. */
  #ownError(tell: () => void, socket?: Duplex): void {
    this.#driver.inContext(() => {
      try {
        tell()
      } catch (error) {
        socket?.destroy()
        this.#handler.onResponseError(this.#controller, error as Error)
      }
    })
  }

  onResponseError(_controller: Controller, error: Error): void {
    if (this.#finished) return
    this.#driver.inContext(() => this.#interrupted(error))
  }

  #interrupted(error: Error): void {
    const loss = this.#connection!.lossBehind(error)
    if (loss === undefined || this.#delivering) this.fail(error)
    // It was lost while an answer that nobody waits for was drained.
    else if (this.#drain) this.#driver.proceed(true)
    else this.#driver.perform(this.#driver.lost(loss, this.#sent))
  }

  /** A handler that throws ends its request with that, and nobody else's. */
  #tell(tell: () => void): void {
    if (this.#finished) return
    this.#driver.inContext(() => {
      try {
        tell()
      } catch (error) {
        this.fail(error)
      }
    })
  }

  #finish(): void {
    this.#finished = true
    this.#connection = undefined
    this.#cancelOpening?.()
    this.#stopWatchingBody?.()
    this.#driver.finish()
    this.#pool.finished(this)
  }
}

function requestOf(options: Options, headers: FlatHeaders, given: Options): OutgoingRequest {
  const { hasBody, replayable } = bodyTraits(options.body)
  return new OutgoingRequest({
    client: given,
    method: options.upgrade ? 'GET' : options.method,
    path: options.path,
    hasBody,
    replayable: replayable || isSmall(options.body, headers),
    canCarry: true,
    cookie: fieldOf(headers, 'cookie'),
    upgrade: Boolean(options.upgrade),
    idempotent: options.idempotent,
  })
}
