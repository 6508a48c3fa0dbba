import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import type { Socket } from 'node:net'
import { NtlmError } from '@ntlmkit/core'
import {
  Driver,
  type ExchangeOwner,
  hangUp,
  isLoss,
  type Leg,
  type LegOutcome,
  nodeInternals,
  type OriginSession,
  OutgoingRequest,
  type RefusedAnswer,
  type RequestTraits,
  type Step,
  sendLeg,
  tellLeftAlone,
} from '@ntlmkit/transport'
import type { ClientRequestRecord } from './client-request-record.js'
import { ClientTimer } from './client-timer.js'
import { type AnswerVerdict, InterceptedRequest, type RequestObserver } from './intercepted-request.js'
import { deliverCookies } from './leg-cookies-in-answer.js'
import { PinnedSocket } from './pinned-socket.js'
import { announcesBody, fieldOf, fieldsOf, hasField, legFields } from './request-fields.js'

/** The pool that gives an exchange its sockets. */
export interface ExchangePool {
  /** Milliseconds without a byte after which a connection in use is closed; 0 for never. */
  readonly socketTimeout: number
  /** Asks for a socket: it is given to the request, now or once there is a place for it. */
  enqueue(exchange: Exchange): void
  /** The request brings credentials of its own: it goes on a connection of its own. */
  leave(exchange: Exchange): void
  /** The exchange is over. */
  finished(exchange: Exchange): void
}

/** One request of a client over node:http, from the agent's `addRequest` to the head of its final answer. */
export class Exchange implements ExchangeOwner<PinnedSocket>, RequestObserver {
  readonly request: ClientRequest
  readonly options: RequestOptions
  readonly #pool: ExchangePool
  readonly #session: OriginSession
  readonly #record: ClientRequestRecord | undefined
  readonly #seat: InterceptedRequest
  readonly #driver: Driver<PinnedSocket>
  readonly #timer: ClientTimer
  #pinned: PinnedSocket | undefined
  #giveUpLeg: (() => void) | undefined
  #giveUpOpening: (() => void) | undefined
  #idleTimeout: number | undefined
  /** The step to take once Node has let go of a request whose connection was lost. */
  #afterLoss: Step | undefined
  #finished = false
  #destroyed = false

  constructor(
    pool: ExchangePool,
    request: ClientRequest,
    options: RequestOptions,
    session: OriginSession,
    record: ClientRequestRecord | undefined,
  ) {
    this.#pool = pool
    this.request = request
    this.options = options
    this.#session = session
    this.#record = record
    this.#idleTimeout = options.timeout
    this.#driver = new Driver(session, this.#outgoing(), this)
    this.#seat = new InterceptedRequest(request, this)
    this.#timer = new ClientTimer({
      idle: () => this.#idleTimeout ?? pool.socketTimeout,
      onOver: (milliseconds) => this.inContext(() => this.#timedOut(milliseconds)),
    })
  }

  get origin(): string {
    return this.#session.memory.origin
  }

  get record(): ClientRequestRecord | undefined {
    return this.#record
  }

  get isFinished(): boolean {
    return this.#finished
  }

  get hasSocket(): boolean {
    return this.#pinned !== undefined
  }

  inContext<T>(run: () => T): T {
    return this.#driver.inContext(run)
  }

  /** Looks for a connection: the client has had the time to make its request. */
  start(): void {
    if (this.#finished) return
    if (this.#isForeign) this.#leave()
    else this.#driver.start(() => this.#pool.enqueue(this))
  }

  /** The agent closes all connections: what the request fails with is no loss of one. */
  abandon(): void {
    if (this.#pinned !== undefined) this.#pinned.abandon()
    this.fail(hangUp())
  }

  // --- The request and its connection -------------------------------------------------------------------------------

  /** Somebody else opens a connection for the request: that is part of the time it has. */
  opening(giveUp: () => void): void {
    this.#giveUpOpening = giveUp
    this.#timer.start()
    this.#driver.startTimer()
  }

  /** The connection is there, or will not be. */
  opened(): void {
    this.#giveUpOpening = undefined
  }

  onSocket(socket: Socket): void {
    if (this.#finished) {
      process.nextTick(() => socket.emit('free'))
      return
    }
    const pinned = PinnedSocket.of(socket)
    pinned.take()
    this.#pinned = pinned
    if (pinned.isReady) this.request.reusedSocket = true
    // By then the agent has set the socket's timer, which belongs to a request, and there is none on it yet.
    process.nextTick(() => this.inContext(() => this.#connect(pinned)))
  }

  #connect(pinned: PinnedSocket): void {
    if (this.#finished || this.#pinned !== pinned) return
    const { socket } = pinned
    socket.setTimeout(0)
    this.#timer.start()
    this.#seat.show(socket)
    // A client may do anything when it sees its socket.
    if (this.#finished) return
    if (pinned.isReady) {
      this.#begin(pinned)
      return
    }
    this.#driver.startTimer()
    if (!pinned.usable) {
      this.fail(pinned.error ?? hangUp())
      return
    }
    pinned.onClose = (error) => this.inContext(() => this.fail(error ?? hangUp()))
    if (socket.connecting) this.#record?.traits.onConnecting?.(this.request, socket)
    pinned.makeReady(this.#session, (error) => {
      this.inContext(() => {
        if (this.#finished || this.#pinned !== pinned) return
        pinned.onClose = undefined
        if (error === undefined) this.#begin(pinned)
        else this.fail(error)
      })
    })
  }

  /** A connection serves the handshake of a request that is ready to go: until then nobody knows what it brings. */
  #begin(pinned: PinnedSocket): void {
    if (!this.request.headersSent) this.#driver.stopTimer()
    this.#seat.whenHeadMade(() => {
      if (this.#finished || this.#pinned !== pinned) return
      if (this.#isForeign) this.#leave()
      else this.#driver.begin(pinned)
    })
  }

  get #isForeign(): boolean {
    return hasField(this.request, this.options, 'authorization')
  }

  #leave(): void {
    const pinned = this.#pinned
    this.#pinned = undefined
    this.#finish()
    this.#seat.letGo()
    if (pinned !== undefined) process.nextTick(() => pinned.socket.emit('free'))
    this.#pool.leave(this)
  }

  // --- What the driver wants done -----------------------------------------------------------------------------------

  sendLeg(pinned: PinnedSocket, leg: Leg, done: (outcome: LegOutcome) => void): void {
    const { method, path = this.request.path, authorization, framing, patience } = leg
    const { insecureHTTPParser, maxHeaderSize, joinDuplicateHeaders } = this.options
    this.#timer.start()
    const written = {
      origin: this.origin,
      method,
      path,
      headers: legFields(fieldsOf(this.request, this.options), framing, this.#fields(pinned, authorization)),
      patience,
      parsing: { insecureHTTPParser, maxHeaderSize, joinDuplicateHeaders },
    }
    this.#giveUpLeg = sendLeg(pinned.socket, written, done)
  }

  sendRequest(pinned: PinnedSocket, authorization: string | undefined): void {
    const { socket } = pinned
    this.#giveUpLeg = undefined
    this.#timer.stop()
    socket.setTimeout(this.#idleTimeout ?? this.#pool.socketTimeout)
    const fields = this.#fields(pinned, authorization)
    if (Object.values(fields).some((value) => value !== undefined)) nodeInternals.putIntoHead(socket, fields)
    this.#seat.send(socket)
  }

  #fields({ auth }: PinnedSocket, authorization: string | undefined): Record<string, string | undefined> {
    const name = auth.credentialsField === 'authorization' ? 'Authorization' : 'Proxy-Authorization'
    const { cookies } = this.#driver
    if (cookies.isEmpty) return { [name]: authorization }
    const own = fieldOf(this.request, this.options, 'cookie')
    return { [name]: authorization, Cookie: cookies.sentWith(own) }
  }

  reconnect(pinned: PinnedSocket): void {
    this.#pinned = undefined
    this.#giveUpLeg?.()
    pinned.onClose = undefined
    this.#timer.stop()
    pinned.socket.destroy()
    this.#pool.enqueue(this)
  }

  fail(reason: unknown): void {
    if (this.#finished) return
    const error = asError(reason)
    const pinned = this.#pinned
    this.#driver.explain(error)
    this.#report(error)
    this.#finish()
    pinned?.socket.destroy()
    this.#seat.fail(error)
  }

  // --- What comes of it ---------------------------------------------------------------------------------------------

  onNoSocket(error: Error): void {
    this.fail(error)
  }

  onDestroy(error: Error | undefined): void {
    const pinned = this.#pinned
    this.#destroyed = error === undefined || error !== pinned?.error
    if (this.#finished) return
    if (this.#seat.isWritten) {
      // Node gives back a socket that it has not written to; its handshake stands half way.
      if (pinned?.auth.state === 'challenged') pinned.retire()
      return
    }
    this.#finish()
    pinned?.socket.destroy()
  }

  onTimeoutSet(milliseconds: number): void {
    this.#idleTimeout = milliseconds
    this.#timer.restart()
  }

  onResponse(response: IncomingMessage): AnswerVerdict {
    const pinned = this.#pinned!
    const verdict = this.#driver.answered({ status: response.statusCode!, headers: response.headers })
    if (verdict.do === 'take back' && this.#seat.isRepeatable) return 'take back'
    pinned.answered(response)
    if (verdict.do === 'fail') {
      const error = asError(verdict.error)
      this.#report(error)
      this.#finish()
      return error
    }
    if (verdict.do === 'deliver') {
      if (!verdict.reusable) pinned.retire()
      const refused = response.statusCode === 407 ? this.#proxyAsks(response) : undefined
      this.#report(refused?.error ?? verdict.error)
      if (refused?.fails) {
        this.#finish()
        return refused.error
      }
      deliverCookies(this.#driver.cookies, response)
    } else {
      // What the client streams it must send once more itself.
      pinned.retire()
      this.#askForReplay()
      if (this.#record?.isToBeReplayed) this.#discardBody(response)
    }
    this.#finish()
    return 'deliver'
  }

  /** A proxy gets no credentials of ours. */
  #proxyAsks({ headers }: IncomingMessage): RefusedAnswer | undefined {
    const asked = { origin: this.origin, method: this.request.method, why: undefined }
    return tellLeftAlone(asked, { status: 407, headers }, this.#session.options)
  }

  /** The client reads an answer to its end before it sends its request again: how long that takes is not the server's. */
  #discardBody(response: IncomingMessage): void {
    nodeInternals.endAnswer(response)
    this.#pinned!.socket.destroy()
  }

  onTakenBack(closed: boolean): void {
    const step = this.#afterLoss
    this.#afterLoss = undefined
    if (this.#finished) return
    this.#pinned!.socket.setTimeout(0)
    this.#timer.start()
    if (step === undefined) this.#driver.proceed(closed)
    else this.#driver.perform(step)
  }

  onUpgrade(response: IncomingMessage): boolean {
    if (!hasField(this.request, this.options, 'upgrade')) return false
    this.#driver.answered({ status: response.statusCode!, headers: response.headers })
    this.#finish()
    return true
  }

  onError(error: Error): Error | 'take back' {
    const isOurs = this.#destroyed || this.#pinned?.abandoned
    if (this.#finished || isOurs) return error
    if (!isLoss(error)) {
      this.#driver.explain(error)
      return error
    }
    const step = this.#driver.lost(error, true)
    if (step.do === 'fail') {
      const failure = asError(step.error)
      this.#report(failure)
      this.#finish()
      return failure
    }
    if (this.#seat.isRepeatable) {
      this.#afterLoss = step
      return 'take back'
    }
    this.#askForReplay()
    this.#finish()
    return error
  }

  onClose(): void {
    this.#finish()
  }

  // --- Smaller things -----------------------------------------------------------------------------------------------

  #outgoing(): OutgoingRequest {
    const { request } = this
    const traits = this.#traits()
    const known = this.#record?.begin(this.origin, request.method)
    known?.comesAgain(traits)
    return known ?? new OutgoingRequest(traits)
  }

  #traits(): RequestTraits {
    const { request, options } = this
    const hasBody = () =>
      this.#seat.hasBody ?? this.#record?.traits.hasBody ?? announcesBody(request, options)
    const replayable = () => this.#seat.isRepeatable || this.#record?.mayBeReplayed === true
    return {
      client: request,
      method: request.method,
      path: request.path,
      upgrade: hasField(request, options, 'upgrade'),
      get hasBody() {
        return hasBody()
      },
      get replayable() {
        return replayable()
      },
      get cookie() {
        return fieldOf(request, options, 'cookie')
      },
    }
  }

  #askForReplay(): void {
    this.#record?.askForReplay(this.origin, this.#driver.request)
  }

  #report(error: Error | undefined): void {
    if (error instanceof NtlmError && this.#record) this.#record.refusal = error
  }

  /** As the request itself would tell it, or else as agentkeepalive does. */
  #timedOut(milliseconds: number): void {
    if (this.request.emit('timeout')) return
    const error = new Error('Socket timeout')
    this.fail(Object.assign(error, { code: 'ERR_SOCKET_TIMEOUT', timeout: milliseconds }))
  }

  #finish(): void {
    if (this.#finished) return
    this.#finished = true
    if (this.#pinned) this.#pinned.onClose = undefined
    this.#giveUpLeg?.()
    this.#timer.stop()
    this.#driver.finish()
    this.#pool.finished(this)
    this.#giveUpOpening?.()
    this.#giveUpOpening = undefined
    this.#seat.release()
  }
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}
