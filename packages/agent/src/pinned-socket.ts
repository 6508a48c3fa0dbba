import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import {
  ConnectionAuth,
  type DrivenConnection,
  nodeInternals,
  type OriginSession,
  readChannel,
} from '@ntlmkit/transport'
import { isOwned, own } from './owned-connection.js'

const pinned = new WeakMap<Socket, PinnedSocket>()

/** One socket of a pool and what is known of its authentication, for as long as it lives. */
export class PinnedSocket implements DrivenConnection {
  readonly socket: Socket
  /** Called once the socket has closed, with its error if it had one: whoever makes it ready sets it. */
  onClose: ((error: Error | undefined) => void) | undefined
  #auth: ConnectionAuth | undefined
  #error: Error | undefined
  #retired = false
  #answer: IncomingMessage | undefined
  #abandoned = false
  #guard: NodeJS.Immediate | undefined
  /** Bytes that had arrived when it became free. */
  #readBefore: number | undefined

  private constructor(socket: Socket) {
    this.socket = socket
    pinned.set(socket, this)
    if (!isOwned(socket)) own(socket)
    // An error between two requests has no other listener, and would end the process.
    socket.on('error', (error) => {
      this.#error = error
    })
    socket.on('close', () => this.onClose?.(this.#error))
    // Before the agent's own listener, which gives the socket to a request that waits without asking anybody.
    socket.prependListener('free', () => {
      this.#answer = undefined
      this.take()
      if (this.#retired) socket.destroy()
      else this.#watch()
    })
  }

  /**
   * Watches a free socket: bytes that nobody asked for are dropped by Node, which would take the next for an answer.
   * Some clients look for listeners when their answer has ended, to tell whether it did: ours comes after that.
   */
  #watch(): void {
    const { socket } = this
    // What arrives over TLS may be no data.
    if (!(socket instanceof TLSSocket)) this.#readBefore = socket.bytesRead
    this.#guard = setImmediate(() => {
      if (this.#hasUnasked) socket.destroy()
      else socket.on('data', this.#onUnasked)
    })
  }

  get #hasUnasked(): boolean {
    return this.#readBefore !== undefined && this.#readBefore !== this.socket.bytesRead
  }

  readonly #onUnasked = (): void => {
    this.socket.destroy()
  }

  /** A request takes the socket out of its pool. */
  take(): void {
    if (this.#guard === undefined) return
    clearImmediate(this.#guard)
    this.#guard = undefined
    this.socket.off('data', this.#onUnasked)
    if (this.#hasUnasked) this.socket.destroy()
    this.#readBefore = undefined
  }

  /** Tells whether a socket is one that will be free in a moment. */
  static isSettling(socket: Socket): boolean {
    return pinned.get(socket)?.settling === true
  }

  static of(socket: Socket): PinnedSocket {
    return pinned.get(socket) ?? new PinnedSocket(socket)
  }

  /** True once it was made ready for an exchange. */
  get isReady(): boolean {
    return this.#auth !== undefined
  }

  /** Present once it was made ready. */
  get auth(): ConnectionAuth {
    return this.#auth!
  }

  /** The error that the socket closed with, or is about to. */
  get error(): Error | undefined {
    return this.#error
  }

  get usable(): boolean {
    return !this.socket.destroyed && this.socket.writable && !this.socket.readableEnded
  }

  /**
   * True once the answer has come to its end and the socket will be free: Node waits until the request's last byte is
   * reported as written, which may be some turns of the event loop later.
   */
  get settling(): boolean {
    return this.#answer?.complete === true && this.usable && !this.#retired
  }

  /** The answer to the request that is on the socket has begun. */
  answered(answer: IncomingMessage): void {
    this.#answer = answer
  }

  /** The socket serves nobody after the request that is on it. */
  retire(): void {
    this.#retired = true
    // The rest of a body that was answered before its end would keep the place in the pool, for a socket nobody gets.
    this.#answer?.once('end', () => setImmediate(() => this.socket.destroy()))
  }

  /** The client closes it: what its request fails with is no loss of the connection. */
  abandon(): void {
    this.#abandoned = true
  }

  get abandoned(): boolean {
    return this.#abandoned
  }

  /**
   * Makes the socket ready for its first exchange; over TLS that waits for the server's certificate.
   *
   * @param done called once, at once where nothing has to be waited for; never when the socket closes before.
   */
  makeReady({ options, memory }: OriginSession, done: (error?: unknown) => void): void {
    const { socket } = this
    const read = () => {
      try {
        const { certificate } = readChannel(socket, memory.origin, options)
        this.#auth ??= new ConnectionAuth({ options, memory, certificate })
      } catch (error) {
        done(error)
        return
      }
      done()
    }
    // One that another agent has opened may be complete.
    if (socket instanceof TLSSocket && nodeInternals.isSecuring(socket)) socket.once('secureConnect', read)
    else read()
  }
}
