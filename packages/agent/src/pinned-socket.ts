import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { ConnectionAuth, failures, type OriginMemory, type ResolvedNtlmOptions } from '@ntlmkit/core'

const pinned = new WeakMap<Socket, PinnedSocket>()

/** One socket of a pool and what is known of its authentication, for as long as it lives. */
export class PinnedSocket {
  readonly socket: Socket
  /** Called once the socket has closed, with its error if it had one: whoever works on the socket sets it. */
  onClose: ((error: Error | undefined) => void) | undefined
  #auth: ConnectionAuth | undefined
  #error: Error | undefined
  #retired = false
  #answer: IncomingMessage | undefined
  #abandoned = false

  private constructor(socket: Socket) {
    this.socket = socket
    pinned.set(socket, this)
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
      else socket.on('data', this.#onUnasked)
    })
  }

  /** Bytes on a socket that nobody asked anything: Node drops them, and would take the next for an answer. */
  readonly #onUnasked = (): void => {
    this.socket.destroy()
  }

  /** A request takes the socket out of its pool. */
  take(): void {
    this.socket.off('data', this.#onUnasked)
  }

  /** Whether a socket is one that will be free in a moment. */
  static isSettling(socket: Socket): boolean {
    return pinned.get(socket)?.settling === true
  }

  static of(socket: Socket): PinnedSocket {
    return pinned.get(socket) ?? new PinnedSocket(socket)
  }

  /** Present once `authenticate` has called back. */
  get auth(): ConnectionAuth | undefined {
    return this.#auth
  }

  /** The error that the socket closed with, or is about to. */
  get error(): Error | undefined {
    return this.#error
  }

  get usable(): boolean {
    return !this.socket.destroyed && this.socket.writable && !this.socket.readableEnded
  }

  /**
   * Whether the answer has arrived to its end and the socket will be free: Node waits until the request's last byte is
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
   * Makes the socket ready for its first leg. Over TLS that waits for the server's certificate, which is read by
   * this call only: `getPeerX509Certificate` empties it for later calls on Node 20 to 24.
   *
   * @param done called once, at once where nothing has to be waited for; never when the socket closes before.
   */
  prepare(
    options: ResolvedNtlmOptions,
    memory: OriginMemory,
    done: (error: Error | null, auth?: ConnectionAuth) => void,
  ): void {
    const { socket } = this
    if (!(socket instanceof TLSSocket)) {
      this.#auth ??= new ConnectionAuth({ options, memory })
      done(null, this.#auth)
      return
    }
    socket.once('secureConnect', () => {
      if (socket.alpnProtocol === 'h2') {
        done(failures.http2Negotiated(memory.origin))
        return
      }
      const certificate = socket.getPeerCertificate().raw
      if (options.channelBinding !== 'none') watchRenegotiation(socket, certificate, memory)
      this.#auth ??= new ConnectionAuth({ options, memory, certificate })
      done(null, this.#auth)
    })
  }
}

/** TLS 1.2 may renegotiate, as IIS does for client certificates: under the same certificate, or not on this connection. */
function watchRenegotiation(
  socket: TLSSocket,
  certificate: Buffer | undefined,
  { origin }: OriginMemory,
): void {
  socket.on('secureConnect', () => {
    const { raw } = socket.getPeerCertificate()
    if (certificate === undefined || !raw?.equals(certificate))
      socket.destroy(failures.certificateChanged(origin))
  })
}
