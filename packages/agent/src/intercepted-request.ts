import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { Drain, hangUp, holdFree, nodeInternals } from '@ntlmkit/transport'
import { finishBodyBehind } from './early-answer.js'
import { KeptBackListeners } from './kept-back-listeners.js'

const {
  forgetAnswer,
  freeingListener,
  interceptSocket,
  isWholeInMemory,
  KeptRequest,
  noteSocket,
  onHeadMade,
} = nodeInternals

/** The fate of an answer: the client gets it, does not see it, or fails with an error in its place. */
export type AnswerVerdict = 'deliver' | 'take back' | Error

/** The one who decides what a client's request gets to see. */
export interface RequestObserver {
  /** Named in the errors of answers that are too long to be read to their end. */
  readonly origin: string
  /** Runs something in the client's async context: sockets call back in that of somebody else. */
  inContext<T>(run: () => T): T
  /** The agent has a socket for the request. */
  onSocket(socket: Socket): void
  /** The agent could not open one. */
  onNoSocket(error: Error): void
  /** The client gave the request up, or hands on the error of its socket: axios does. */
  onDestroy(error: Error | undefined): void
  /** The client set the time its request may be without a byte, in milliseconds; 0 for none. */
  onTimeoutSet(milliseconds: number): void
  /** The head of the answer. */
  onResponse(response: IncomingMessage): AnswerVerdict
  /** An answer that was taken back has come to its end, or its connection has; or that was lost before any answer. */
  onTakenBack(closed: boolean): void
  /** The server switches protocols: whether it was asked to, and the socket becomes the client's own. */
  onUpgrade(response: IncomingMessage): boolean
  /** The error that the client is told in the place of one, if it is told. */
  onError(error: Error): Error | 'take back'
  /** Nothing follows. */
  onClose(): void
}

/** Turns of the event loop that Node gets to see a request as written whose answer is complete. */
const MAX_TURNS = 20

type Emit = (event: string, ...rest: unknown[]) => boolean

/** The one who has the request. */
type Holder =
  /** We do: it waits for a socket, or for a leg. */
  | 'us'
  /** Node writes it, and reads its answer. */
  | 'Node'
  /** Node still, but the client sees nothing of what comes of it. */
  | 'Node, unseen'
  /** The client: what Node says reaches it, and nothing is changed any more. */
  | 'the client'

/**
 * A client's request whose socket, answer and end go past an observer first, and which can be put on a socket again.
 * The methods are replaced on this one request; once the observer has let it go they do what Node's own do.
 */
export class InterceptedRequest {
  readonly request: ClientRequest
  readonly #observer: RequestObserver
  readonly #receive: nodeInternals.SocketReceiver
  readonly #destroy: ClientRequest['destroy']
  readonly #setTimeout: ClientRequest['setTimeout']
  readonly #emit: Emit
  #holder: Holder = 'us'
  #kept: nodeInternals.KeptRequest | undefined
  #timeout: number | undefined
  #answer: IncomingMessage | undefined
  #socketShown = false
  #keptBack: KeptBackListeners | undefined
  #finishShown = false
  /** With which Node frees the socket of an answer behind the end of its request. */
  #freeing: (() => void) | undefined
  #restoreFree: (() => void) | undefined
  /** The client was told how its request ended. */
  #settled = false

  constructor(request: ClientRequest, observer: RequestObserver) {
    this.request = request
    this.#observer = observer
    this.#receive = interceptSocket(request, (socket, error) => {
      if (socket === undefined || socket === null || error) observer.onNoSocket(error ?? noSocket())
      else observer.onSocket(socket)
    })
    this.#destroy = request.destroy
    request.destroy = (error) => this.#onDestroy(error)
    this.#setTimeout = request.setTimeout
    request.setTimeout = (milliseconds, callback) => this.#onSetTimeout(milliseconds, callback)
    this.#emit = request.emit.bind(request) as Emit
    request.emit = (event: string, ...rest: unknown[]) => this.#onEmit(event, rest)
  }

  /** True if it can be put on a socket again, or could if it were put on one now. */
  get isRepeatable(): boolean {
    return this.#kept !== undefined || this.#isUnwritten
  }

  /** True while Node has it, and will say what comes of it. */
  get isWritten(): boolean {
    return this.#holder === 'Node'
  }

  get #isUnwritten(): boolean {
    return this.#holder === 'us' && isWholeInMemory(this.request)
  }

  /** True if it has a body; undefined while that is not known. */
  get hasBody(): boolean | undefined {
    if (this.#kept === undefined && this.#isUnwritten) return new KeptRequest(this.request).hasBody
    return this.#kept?.hasBody
  }

  /** Calls back when the client can set no more fields. */
  whenHeadMade(made: () => void): void {
    if (this.request.headersSent) made()
    else onHeadMade(this.request, () => process.nextTick(() => this.#observer.inContext(made)))
  }

  /** Shows the client the socket on which its request will go, as Node does: its time-outs run from then on. */
  show(socket: Socket): void {
    noteSocket(this.request, socket)
    if (this.#socketShown) return
    this.#socketShown = true
    this.#keptBack = new KeptBackListeners(socket, () => void this.#tell('socket', socket))
  }

  /** Writes the request to this socket. */
  send(socket: Socket): void {
    if (this.#kept === undefined && this.#isUnwritten) this.#kept = new KeptRequest(this.request)
    this.#holder = 'Node'
    this.#observer.inContext(() => this.#receive(socket))
  }

  /** Ends a request, wherever it is. */
  fail(error: Error): void {
    if (this.#holder === 'us') {
      this.#holder = 'Node'
      this.#observer.inContext(() => this.#receive(undefined, error))
      return
    }
    this.#endUnseen(error)
  }

  /** From here on the request is as Node made it. */
  release(): void {
    if (this.#holder === 'Node') this.#holder = 'the client'
    this.#kept = undefined
    this.#keptBack?.giveBack()
  }

  /** Gives the request to whoever knows nothing of it: as if it had never been here. */
  letGo(): void {
    this.#holder = 'Node'
    this.release()
    noteSocket(this.request, null)
    this.request.onSocket = this.#receive as ClientRequest['onSocket']
  }

  #tell(event: string, ...rest: unknown[]): boolean {
    return this.#observer.inContext(() => this.#emit(event, ...rest))
  }

  // --- What the client does -----------------------------------------------------------------------------------------

  #onSetTimeout(milliseconds: number, callback?: () => void): ClientRequest {
    const { request } = this
    if (this.#holder === 'the client' || !Number.isFinite(milliseconds) || milliseconds < 0) {
      return this.#setTimeout.call(request, milliseconds, callback)
    }
    this.#timeout = milliseconds
    this.#observer.onTimeoutSet(milliseconds)
    if (this.#holder === 'Node') return this.#setTimeout.call(request, milliseconds, callback)
    if (callback !== undefined) request.once('timeout', callback)
    return request
  }

  #onDestroy(error: Error | undefined): ClientRequest {
    const { request } = this
    if (error === undefined && this.#answer?.complete) return this.#destroyUnlessFreed(MAX_TURNS)
    if (this.#holder === 'Node, unseen') {
      if (this.#settled) return request
      this.#observer.onDestroy(error)
      this.#endUnseen(error ?? (request.aborted ? undefined : hangUp()))
      return request
    }
    if (this.#holder === 'the client' || request.destroyed) return this.#destroy.call(request, error)
    const isOurs = this.#holder === 'us'
    this.#destroy.call(request, error)
    this.#observer.onDestroy(error)
    if (!isOurs) return request
    // Without a socket Node would tell the client only when it gets one.
    this.#holder = 'Node'
    this.#observer.inContext(() => this.#receive())
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

  // --- What Node says -----------------------------------------------------------------------------------------------

  #onEmit(event: string, rest: unknown[]): boolean {
    if (event === 'error' && this.#isOver) return false
    if (this.#holder === 'Node, unseen') return this.#unseen(event)
    if (this.#holder === 'the client' || this.#isToBeSeen(event, rest)) return this.#tell(event, ...rest)
    // Node throws away an answer that nobody listens for, however long it is.
    return event === 'response'
  }

  /**
   * True once the client has the whole answer to a whole request. While Node still waits until the last byte is reported
   * as written, the socket's failure would reach a request that is over: nobody listens any more, and it would end the
   * process.
   */
  get #isOver(): boolean {
    const isRead = this.#answer?.complete === true && this.#answer.readableEnded
    return isRead && this.request.writableEnded
  }

  #isToBeSeen(event: string, rest: unknown[]): boolean {
    switch (event) {
      case 'socket':
        return this.#written()
      case 'finish':
        return this.#finished()
      case 'response':
        return this.#respond(rest[0] as IncomingMessage)
      case 'upgrade':
        return this.#upgrade(rest[0] as IncomingMessage, rest[1] as Duplex)
      case 'error':
        return this.#failed(rest)
      case 'close':
        return this.#closed()
      default:
        return true
    }
  }

  /** Node is about to write the request; the client has seen the socket before. */
  #written(): boolean {
    if (this.#holder === 'Node' && this.#timeout !== undefined) {
      this.#setTimeout.call(this.request, this.#timeout)
    }
    const isFirst = !this.#socketShown
    this.#socketShown = true
    return isFirst
  }

  /** The client sees once that its request is written; Node must each time, to free the socket. */
  #finished(): boolean {
    const isFirst = !this.#finishShown
    this.#finishShown = true
    if (!isFirst) this.#freeing?.call(this.request)
    return isFirst
  }

  #respond(response: IncomingMessage): boolean {
    this.#freeing = freeingListener(this.request)
    const verdict = this.#observer.inContext(() => this.#observer.onResponse(response))
    if (verdict === 'take back') {
      this.#takeBack(response)
      return false
    }
    this.#settled = true
    if (verdict === 'deliver') {
      this.#answer = response
      finishBodyBehind(response, this.request)
      return true
    }
    this.release()
    const { request } = this
    // In this order: what is destroyed without an error reports none of its own.
    this.#destroy.call(request)
    request.socket?.destroy()
    this.#tell('error', verdict)
    return false
  }

  /** A server may only switch to a protocol that it was asked for (RFC 9110 15.2.2). */
  #upgrade(response: IncomingMessage, socket: Duplex): boolean {
    this.#settled = this.#observer.onUpgrade(response)
    if (this.#settled) return true
    forgetAnswer(this.request)
    socket.destroy()
    return false
  }

  /** Node says no more than this of a connection that switches protocols unasked: it is lost like any other. */
  #closed(): boolean {
    const rest: unknown[] = [hangUp()]
    if (!this.#settled) {
      if (!this.#failed(rest)) {
        process.nextTick(() => this.#takenBack())
        return false
      }
      this.#tell('error', rest[0])
    }
    this.#observer.onClose()
    return true
  }

  #failed(rest: unknown[]): boolean {
    const told = this.#observer.inContext(() => this.#observer.onError(rest[0] as Error))
    if (told === 'take back') {
      this.#withhold()
      return false
    }
    this.#settled = true
    rest[0] = told
    return true
  }

  // --- Taking back --------------------------------------------------------------------------------------------------

  #takeBack(response: IncomingMessage): void {
    this.#withhold()
    const drain = new Drain(this.#observer.origin, 'negotiate')
    response.on('error', () => {})
    response.on('data', (chunk: Buffer) => {
      const tooLarge = drain.take(chunk)
      if (tooLarge !== undefined) this.#observer.inContext(() => this.#observer.onNoSocket(tooLarge))
    })
  }

  #withhold(): void {
    this.#holder = 'Node, unseen'
    this.#restoreFree = holdFree(this.request.socket!)
  }

  /** Hears of a request that is taken back: Node lets go of its socket, or that closes. */
  #unseen(event: string): boolean {
    if (event === 'finish') {
      this.#freeing?.call(this.request)
      if (this.#finishShown) return false
      this.#finishShown = true
      return this.#tell(event)
    }
    // In the same turn the socket says that it is free.
    if (event === 'close' && !this.#settled) process.nextTick(() => this.#takenBack())
    return false
  }

  #takenBack(): void {
    if (this.#settled) return
    const { request } = this
    const { socket } = request
    this.#letSocketBeFree()
    if (this.#freeing !== undefined) request.off('finish', this.#freeing)
    this.#freeing = undefined
    this.#kept!.restore()
    this.#holder = 'us'
    const closed = socket === null || socket.destroyed || !socket.writable
    this.#observer.inContext(() => this.#observer.onTakenBack(closed))
  }

  #letSocketBeFree(): void {
    this.#restoreFree?.()
    this.#restoreFree = undefined
  }

  /** Ends a request that Node has, but of which it will tell the client nothing any more. */
  #endUnseen(error: Error | undefined): void {
    if (this.#settled) return
    this.#settled = true
    this.#holder = 'Node, unseen'
    this.#letSocketBeFree()
    const { request } = this
    this.#destroy.call(request)
    request.socket?.destroy()
    process.nextTick(() => {
      if (error !== undefined) this.#tell('error', error)
      this.#tell('close')
    })
  }
}

function noSocket(): Error {
  return new Error('The agent has no socket.')
}
