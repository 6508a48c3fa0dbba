import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import type { Socket } from 'node:net'
import {
  type ConnectionAuth,
  failures,
  type GateWaiter,
  NtlmError,
  type OriginMemory,
  OutgoingRequest,
  type ResolvedNtlmOptions,
  type Step,
} from '@ntlmkit/core'
import { ExchangeTimers } from './exchange-timers.js'
import { InterceptedRequest, type RequestObserver } from './intercepted-request.js'
import { sendLeg } from './leg.js'
import { afterPolling, hangUp, isLoss } from './lost-connection.js'
import { addToHead, endAnswer } from './node-internals.js'
import { PinnedSocket } from './pinned-socket.js'
import { announcesBody, fieldsOf, hasField, legFields } from './request-fields.js'
import type { RequestTrack } from './tracked-request.js'

type LegStep = Extract<Step, { do: 'leg' }>

/** What an exchange needs of the pool that gives it sockets. */
export interface ExchangePool {
  readonly ntlm: ResolvedNtlmOptions
  /** Milliseconds without a byte after which a connection in use is closed; 0 for never. */
  readonly socketTimeout: number
  /** Asks for a socket: it is given to the request, now or once there is a place for it. */
  enqueue(exchange: Exchange): void
  /** The exchange needs no socket of the pool any more, or has the one it keeps. */
  settled(exchange: Exchange): void
  /** The origin rejected the credentials: whoever waits for a socket need not. */
  refuseWaiting(memory: OriginMemory, error: NtlmError): void
}

/**
 * One request of a client, from the agent's `addRequest` to the head of its answer. It does what the
 * {@link ConnectionAuth} of its socket says; the request itself is put on the socket last, and once.
 */
export class Exchange implements RequestObserver, GateWaiter {
  readonly request: ClientRequest
  readonly options: RequestOptions
  readonly memory: OriginMemory
  readonly #pool: ExchangePool
  readonly #client: InterceptedRequest
  readonly #track: RequestTrack | undefined
  readonly #outgoing: OutgoingRequest
  #pinned: PinnedSocket | undefined
  #auth: ConnectionAuth | undefined
  #afterGate: (() => void) | undefined
  #timers: ExchangeTimers | undefined
  #idleTimeout: number | undefined
  #sent = false
  #finished = false
  #destroyed = false

  constructor(
    pool: ExchangePool,
    request: ClientRequest,
    options: RequestOptions,
    memory: OriginMemory,
    track: RequestTrack | undefined,
  ) {
    this.#pool = pool
    this.request = request
    this.options = options
    this.memory = memory
    this.#track = track
    this.#idleTimeout = options.timeout
    this.#outgoing = track?.begin(memory, request.method) ?? this.#traits()
    this.#client = new InterceptedRequest(request, this)
  }

  get finished(): boolean {
    return this.#finished
  }

  get hasSocket(): boolean {
    return this.#pinned !== undefined
  }

  onSocket(socket: Socket): void {
    if (this.#finished) {
      process.nextTick(() => socket.emit('free'))
      return
    }
    const pinned = PinnedSocket.of(socket)
    pinned.take()
    this.#pinned = pinned
    if (pinned.auth === undefined) {
      process.nextTick(() => this.#prepare(pinned))
      return
    }
    this.#auth = pinned.auth
    this.request.reusedSocket = true
    const step = pinned.auth.begin(this.#outgoing)
    if (step.do === 'send') this.#send(step.authorization)
    else process.nextTick(() => this.#begin(step))
  }

  onNoSocket(error: Error): void {
    this.#fail(error)
  }

  onDestroy(error: Error | undefined): void {
    const pinned = this.#pinned
    this.#destroyed = error === undefined || error !== pinned?.error
    if (this.#sent || this.#finished) {
      // Node gives back a socket that it has not written to; its handshake stands half way.
      if (pinned?.auth?.state === 'challenged') pinned.retire()
      return
    }
    this.#finish()
    pinned?.socket.destroy()
  }

  onTimeoutSet(milliseconds: number): void {
    this.#idleTimeout = milliseconds
    this.#timers?.restartIdle()
  }

  onResponse(response: IncomingMessage): Error | undefined {
    const step = this.#auth!.answer({ status: response.statusCode!, headers: response.headers })
    const pinned = this.#pinned!
    pinned.answered(response)
    if (step.do === 'fail') {
      const error = asError(step.error)
      this.#report(error)
      this.#finish()
      return error
    }
    if (step.do === 'deliver') {
      if (!step.reusable) pinned.retire()
      this.#report(step.error)
    } else {
      // It would go again on this socket, and node:http has the request: only the client can send it once more.
      pinned.retire()
      this.#track?.askForReplay(this.memory, this.#outgoing)
      if (this.#track?.mayReplay) this.#discardBody(response)
    }
    this.#finish()
    return undefined
  }

  /** The client reads an answer to its end before it sends its request again: how long that takes is not the server's. */
  #discardBody(response: IncomingMessage): void {
    endAnswer(response)
    this.#pinned!.socket.destroy()
  }

  onUpgrade(response: IncomingMessage): boolean {
    if (!hasField(this.request, this.options, 'upgrade')) return false
    this.#auth!.answer({ status: response.statusCode!, headers: response.headers })
    this.#finish()
    return true
  }

  onError(error: Error): Error {
    const isOurs = this.#destroyed || this.#pinned?.abandoned
    if (this.#finished || isOurs || !isLoss(error)) return error
    const step = this.#auth!.lost(error)
    this.#finish()
    if (step.do === 'fail') {
      const failure = asError(step.error)
      this.#report(failure)
      return failure
    }
    this.#track?.askForReplay(this.memory, this.#outgoing)
    return error
  }

  onClose(): void {
    this.#finish()
  }

  admit(): void {
    const proceed = this.#afterGate
    this.#afterGate = undefined
    proceed?.()
  }

  refuse(error: NtlmError): void {
    this.#fail(failures.failedMeanwhile(this.memory.origin, error))
  }

  /** Ends an exchange whose request is not on a socket yet. */
  abort(error: Error): void {
    this.#fail(error)
  }

  #traits(): OutgoingRequest {
    const { hasBody = announcesBody(this.request, this.options), replayable = false } =
      this.#track?.traits ?? {}
    const { method, path } = this.request
    return new OutgoingRequest({ method, path, hasBody, replayable }, this.memory)
  }

  #prepare(pinned: PinnedSocket): void {
    if (this.#finished) return
    if (!pinned.usable) {
      this.#fail(pinned.error ?? hangUp())
      return
    }
    this.#takeOver(pinned)
    pinned.onClose = (error) => this.#fail(error ?? hangUp())
    this.#track?.traits.onConnecting?.(this.request, pinned.socket)
    pinned.prepare(this.#pool.ntlm, this.memory, (error, auth) => {
      if (this.#finished) return
      if (auth === undefined) {
        this.#fail(error)
        return
      }
      this.#auth = auth
      this.#do(auth.begin(this.#outgoing))
    })
  }

  #begin(step: Step): void {
    if (this.#finished) return
    this.#takeOver(this.#pinned!)
    this.#do(step)
  }

  /** The socket's own timer belongs to a request, and there is none on it while a connection is made ready. */
  #takeOver({ socket }: PinnedSocket): void {
    socket.setTimeout(0)
    this.#timers ??= new ExchangeTimers({
      handshake: this.#pool.ntlm.handshakeTimeout,
      onHandshake: () => this.#handshakeTimedOut(),
      whole: this.#track?.traits.timeout,
      idle: () => this.#idleTimeout ?? this.#pool.socketTimeout,
      onClient: (milliseconds) => this.#timedOut(milliseconds),
    })
    this.#timers.start()
  }

  #do(next: Step): void {
    const step = this.#isTooLateFor(next) ? this.#auth!.lost(hangUp(), false) : next
    switch (step.do) {
      case 'handshake':
        this.#enterGate()
        return
      case 'leg':
        this.#sendLeg(step)
        return
      case 'send':
        this.#send(step.authorization)
        return
      case 'reconnect':
        this.#reconnect()
        return
      case 'fail':
        this.#report(asError(step.error))
        this.#fail(step.error)
        return
      case 'deliver':
        throw new Error('There is no answer to deliver.')
    }
  }

  /** On a socket that has closed, Node would tell a leg nothing at all. */
  #isTooLateFor(step: Step): boolean {
    const needsSocket = step.do === 'handshake' || step.do === 'leg' || step.do === 'send'
    return needsSocket && !this.#pinned!.usable
  }

  #enterGate(): void {
    const pinned = this.#pinned!
    this.#timers?.pauseHandshake()
    pinned.onClose = () => this.#reconnect()
    this.#afterGate = () => {
      this.#timers?.resumeHandshake()
      this.#negotiate()
    }
    this.memory.gate.enter(this)
  }

  #negotiate(): void {
    const auth = this.#auth!
    this.#pool.ntlm.credentials.whenResolved(
      (credential) => {
        if (!this.#finished && this.#auth === auth) this.#do(auth.negotiate(credential))
      },
      (error) => this.#fail(error),
    )
  }

  #sendLeg({ method, path, authorization }: LegStep): void {
    const { socket } = this.#pinned!
    const auth = this.#auth!
    this.#pinned!.onClose = undefined
    this.#timers?.restartIdle()
    const leg = {
      origin: this.memory.origin,
      method,
      path: path ?? this.request.path,
      headers: legFields(fieldsOf(this.request, this.options), fieldName(auth), authorization),
      options: this.options,
    }
    sendLeg(socket, leg, (error, head) => {
      // A server that closes behind its answer is noticed before the request is put on the socket, not under it.
      afterPolling(() => {
        if (this.#finished) return
        if (head !== undefined) this.#do(auth.answer(head))
        else if (isLoss(error!)) this.#do(auth.lost(error))
        else this.#fail(error)
      })
    })
  }

  #send(authorization: string | undefined): void {
    const { socket } = this.#pinned!
    this.#pinned!.onClose = undefined
    if (this.#timers?.running) {
      this.#timers?.stop()
      socket.setTimeout(this.#idleTimeout ?? this.#pool.socketTimeout)
    }
    this.#sent = true
    if (authorization !== undefined) addToHead(socket, fieldName(this.#auth!), authorization)
    this.#pool.settled(this)
    this.#client.send(socket)
  }

  /** Gives up the place in the pool, and with it the turn at the gate: whoever has a place goes first. */
  #reconnect(): void {
    const pinned = this.#pinned!
    this.#pinned = undefined
    this.#auth = undefined
    this.#afterGate = undefined
    pinned.onClose = undefined
    this.#timers?.stop()
    this.memory.gate.leave(this)
    pinned.socket.destroy()
    this.#pool.enqueue(this)
  }

  #report(error: Error | undefined): void {
    if (!(error instanceof NtlmError)) return
    if (this.#track) this.#track.refusal = error
    if (error === this.memory.rejection) this.#pool.refuseWaiting(this.memory, error)
  }

  #handshakeTimedOut(): void {
    const { handshakeTimeout } = this.#pool.ntlm
    const phase = this.#auth?.phase ?? 'negotiate'
    this.#fail(failures.timedOut(this.memory.origin, handshakeTimeout, phase))
  }

  /** As the request itself would tell it, or else as agentkeepalive does. */
  #timedOut(milliseconds: number): void {
    if (this.request.emit('timeout')) return
    const error = new Error('Socket timeout')
    this.#fail(Object.assign(error, { code: 'ERR_SOCKET_TIMEOUT', timeout: milliseconds }))
  }

  #fail(reason: unknown): void {
    if (this.#finished) return
    const pinned = this.#pinned
    this.#finish()
    pinned?.socket.destroy()
    this.#client.fail(asError(reason))
  }

  #finish(): void {
    if (this.#finished) return
    this.#finished = true
    if (this.#pinned) this.#pinned.onClose = undefined
    this.#timers?.stop()
    this.memory.gate.leave(this)
    this.#pool.settled(this)
    if (this.#sent) this.#client.release()
  }
}

function fieldName(auth: ConnectionAuth): string {
  return auth.credentialsField === 'authorization' ? 'Authorization' : 'Proxy-Authorization'
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason))
}
