import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { finishBodyBehind } from './early-answer.js'
import { hangUp } from './lost-connection.js'
import { forgetAnswer, interceptSocket, type SocketReceiver } from './node-internals.js'

/** Who decides what a client's request gets to see. */
export interface RequestObserver {
  /** The agent has a socket for the request. */
  onSocket(socket: Socket): void
  /** The agent could not open one. */
  onNoSocket(error: Error): void
  /** The client gave the request up, or hands on the error of its socket: axios does. */
  onDestroy(error: Error | undefined): void
  /** The client set the time its request may be without a byte, in milliseconds; 0 for none. */
  onTimeoutSet(milliseconds: number): void
  /** The head of the answer: the error the request fails with instead, if it is not to be seen. */
  onResponse(response: IncomingMessage): Error | undefined
  /** The server switches protocols: whether it was asked to, and the socket becomes the client's own. */
  onUpgrade(response: IncomingMessage): boolean
  /** What the client is told of an error. */
  onError(error: Error): Error
  /** Nothing follows. */
  onClose(): void
}

/** Turns of the event loop that Node gets to see a request as written whose answer is complete. */
const MAX_TURNS = 20

/**
 * A client's request whose socket, answer and end go past an observer first. The methods are replaced on this one
 * request, and are Node's own again, as it were, once the observer has let it go: a client's listeners, also those
 * that other packages add, find nothing changed.
 */
export class InterceptedRequest {
  readonly request: ClientRequest
  readonly #observer: RequestObserver
  readonly #receive: SocketReceiver
  readonly #destroy: ClientRequest['destroy']
  /** Node has its socket, or was told that there is none. */
  #given = false
  #released = false
  /** The client was told how its request ended. */
  #settled = false
  #answer: IncomingMessage | undefined

  constructor(request: ClientRequest, observer: RequestObserver) {
    this.request = request
    this.#observer = observer
    this.#receive = interceptSocket(request, (socket, error) => {
      if (socket === undefined || socket === null || error) observer.onNoSocket(error ?? noSocket())
      else observer.onSocket(socket)
    })
    this.#destroy = request.destroy
    request.destroy = (error) => this.#onDestroy(error)
    const { setTimeout } = request
    request.setTimeout = (milliseconds, callback) => {
      if (!this.#released) observer.onTimeoutSet(milliseconds)
      return setTimeout.call(request, milliseconds, callback)
    }
    const emit: (event: string, ...rest: unknown[]) => boolean = request.emit
    request.emit = (event: string, ...rest: unknown[]) => {
      if (event === 'error' && this.#isOver) return false
      if (this.#released || this.#observed(event, rest)) return emit.call(request, event, ...rest)
      return false
    }
  }

  /** Writes the request to this socket. */
  send(socket: Socket): void {
    this.#given = true
    this.#receive(socket)
  }

  /** Ends a request that has no socket yet. */
  fail(error: Error): void {
    this.#given = true
    this.#receive(undefined, error)
  }

  /** From here on the request is as Node made it. */
  release(): void {
    this.#released = true
  }

  #onDestroy(error: Error | undefined): ClientRequest {
    const { request } = this
    if (error === undefined && this.#answer?.complete) return this.#destroyUnlessFreed(MAX_TURNS)
    if (this.#released || request.destroyed) return this.#destroy.call(request, error)
    this.#destroy.call(request, error)
    this.#observer.onDestroy(error)
    if (this.#given) return request
    // Without a socket Node would tell the client only when it gets one.
    this.#given = true
    this.#receive()
    return request
  }

  /**
   * A client may tidy up a request whose answer it has read, as got does. Where Node still waits until the last byte is
   * reported as written, which takes some turns of the event loop, that would close a connection that is fine.
   */
  #destroyUnlessFreed(turns: number): ClientRequest {
    const { request } = this
    if (request.destroyed) return request
    if (turns === 0) return this.#destroy.call(request)
    setImmediate(() => this.#destroyUnlessFreed(turns - 1))
    return request
  }

  /**
   * Whether the client has the whole answer to a whole request. Where Node still waits until the last byte is reported
   * as written, the socket's failure would reach a request that is over: nobody listens any more, and it would end the
   * process.
   */
  get #isOver(): boolean {
    const isRead = this.#answer?.complete === true && this.#answer.readableEnded
    return isRead && this.request.writableEnded
  }

  /** @returns whether the client is to see the event. */
  #observed(event: string, rest: unknown[]): boolean {
    switch (event) {
      case 'response':
        return this.#respond(rest[0] as IncomingMessage)
      case 'upgrade':
        return this.#upgrade(rest[0] as IncomingMessage, rest[1] as Duplex)
      case 'error':
        this.#settled = true
        rest[0] = this.#observer.onError(rest[0] as Error)
        return true
      case 'close':
        // Node says no more than this of a connection that switches protocols unasked.
        if (!this.#settled) this.request.emit('error', hangUp())
        this.#observer.onClose()
        return true
      default:
        return true
    }
  }

  /** A server may only switch to a protocol that it was asked for (RFC 9110 15.2.2). */
  #upgrade(response: IncomingMessage, socket: Duplex): boolean {
    this.#settled = this.#observer.onUpgrade(response)
    if (this.#settled) return true
    forgetAnswer(this.request)
    socket.destroy()
    return false
  }

  #respond(response: IncomingMessage): boolean {
    this.#settled = true
    const error = this.#observer.onResponse(response)
    if (error === undefined) {
      this.#answer = response
      finishBodyBehind(response, this.request)
      return true
    }
    this.release()
    const { request } = this
    // In this order: what is destroyed without an error reports none of its own.
    this.#destroy.call(request)
    request.socket?.destroy()
    request.emit('error', error)
    return false
  }
}

function noSocket(): Error {
  return new Error('The agent has no socket.')
}
