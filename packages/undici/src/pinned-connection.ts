import type { Socket } from 'node:net'
import {
  afterPolling,
  ConnectionAuth,
  type DrivenConnection,
  isLoss,
  type LegOutcome,
  type OriginSession,
  ownOptions,
  readChannel,
  sendLeg,
  type WrittenLeg,
} from '@ntlmkit/transport'
import { type buildConnector, Client, type Dispatcher, errors } from 'undici'
import type { ResolvedAgentOptions } from './agent-options.js'
import { ClientLegHandler } from './client-leg.js'

/** Why a Client that has lost its socket may not get another: the tokens belong to the one it had. */
class SocketGone extends Error {
  /** None of undici's own: at UND_ERR_SOCKET a Client asks again, for ever. Nobody else sees it: see `lossBehind`. */
  readonly code = 'NTLMKIT_SOCKET_GONE'
}

/** Milliseconds for which an idle connection is kept: undici's own default. */
const DEFAULT_KEEP_ALIVE = 4000

/**
 * One socket and what is known of its authentication. The legs of its first handshake go over the socket itself; from the
 * first request of the client on it belongs to an undici Client, which is its only user.
 */
export class PinnedConnection implements DrivenConnection {
  readonly auth: ConnectionAuth
  readonly #socket: Socket
  readonly #options: ResolvedAgentOptions
  readonly #origin: string
  readonly #servername: string | undefined
  readonly #onClose: (connection: PinnedConnection) => void
  #client: Client | undefined
  #cancelLeg: (() => void) | undefined
  #idleTimer: NodeJS.Timeout | undefined
  #isIdle = false
  #closed = false
  #closedBy: Error | undefined

  /**
   * @param onClose called once, when the socket has closed.
   * @throws {NtlmError} ERR_NTLM_HTTP2 where HTTP/2 was negotiated.
   */
  constructor(
    socket: Socket,
    options: ResolvedAgentOptions,
    { memory }: OriginSession,
    onClose: (connection: PinnedConnection) => void,
  ) {
    const { certificate } = readChannel(socket, memory.origin, options.ntlm)
    this.auth = new ConnectionAuth({ options: options.ntlm, memory, certificate })
    this.#socket = socket
    this.#options = options
    this.#origin = memory.origin
    const { protocol, hostname } = new URL(memory.origin)
    this.#servername = protocol === 'https:' ? hostname : undefined
    this.#onClose = onClose
    socket.on('error', (error) => {
      this.#closedBy ??= error
    })
    socket.on('close', () => this.#onClosed())
  }

  get closed(): boolean {
    return this.#closed
  }

  get usable(): boolean {
    const { destroyed, writable, readableEnded } = this.#socket
    return !this.#closed && !destroyed && writable && !readableEnded
  }

  /** Sends a leg, and tells its outcome once. */
  sendLeg(leg: WrittenLeg, done: (outcome: LegOutcome) => void): void {
    if (this.#client === undefined) {
      this.#cancelLeg = sendLeg(this.#socket, { ...leg, parsing: this.#parsing }, (outcome) => {
        this.#cancelLeg = undefined
        done('garbled' in outcome ? { garbled: asUndiciSaysIt(outcome.garbled) } : outcome)
      })
      return
    }
    const { origin, patience, headers, ...request } = leg
    const options = { ...request, headers, headersTimeout: 0, reset: false } as Dispatcher.DispatchOptions
    const handler = new ClientLegHandler(origin, patience, (outcome) => {
      const loss = 'failed' in outcome ? this.lossBehind(outcome.failed) : undefined
      // A server that closes behind its answer is noticed before the next step, not under it.
      afterPolling(() => done(loss === undefined ? outcome : { lost: loss }))
    })
    this.#client.dispatch(this.#onItsSocket(options), handler)
  }

  get #parsing(): WrittenLeg['parsing'] {
    const { maxHeaderSize } = this.#options.client
    return maxHeaderSize === undefined ? undefined : { maxHeaderSize }
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.#client ??= this.#makeClient()
    this.#client.dispatch(this.#onItsSocket(options), handler)
  }

  /**
   * A Client takes the host of a request over TLS for the name of its server, and closes its socket where the next
   * request has another or none. This socket is connected already, so that one name serves for all.
   */
  #onItsSocket(options: Dispatcher.DispatchOptions): Dispatcher.DispatchOptions {
    return this.#servername === undefined
      ? options
      : ({ ...options, servername: this.#servername } as Dispatcher.DispatchOptions)
  }

  /** The error that says how this connection was lost, where an error says that it was, and nothing else. */
  lossBehind(error: Error): Error | undefined {
    if (error instanceof SocketGone) return this.#closedBy ?? new errors.SocketError('other side closed')
    return isLoss(error) ? error : undefined
  }

  /** Nobody uses the connection: it closes when that has lasted. */
  idle(): void {
    this.#isIdle = true
    if (this.#idleTimer === undefined) this.#idleTimer = this.#startIdleTimer()
    else this.#idleTimer.refresh()
  }

  /** Somebody uses the connection. The timer runs on: to stop one for every request would cost more. */
  busy(): void {
    this.#isIdle = false
  }

  #startIdleTimer(): NodeJS.Timeout {
    const { keepAliveTimeout = DEFAULT_KEEP_ALIVE } = this.#options.client
    return setTimeout(() => {
      if (!this.#isIdle) return
      this.destroy()
      this.#onClose(this)
    }, keepAliveTimeout).unref()
  }

  /** Ends whatever is under way and closes the socket. */
  destroy(reason: Error | null = null): void {
    this.#closed = true
    this.#cancelLeg?.()
    clearTimeout(this.#idleTimer)
    this.#client?.destroy(reason).catch(() => {})
    this.#socket.destroy()
  }

  /** The socket belongs to somebody else from now on: an upgrade took it. */
  abandon(): void {
    this.#closed = true
  }

  #onClosed(): void {
    if (this.#closed) return
    this.#closed = true
    this.#onClose(this)
  }

  /** A Client that gets this socket, once: another would not be the one that was authenticated. */
  #makeClient(): Client {
    const client = new Client(
      this.#origin,
      ownOptions<Client.Options>({
        ...this.#options.client,
        connect: givesOnce(this.#socket),
        // A connection that waits for the next leg is not idle, as its Client would have it: see `idle`.
        keepAliveTimeout: this.#options.ntlm.handshakeTimeout,
        pipelining: 1,
        allowH2: false,
        // At its default a server's `Keep-Alive: timeout=2` closes the socket between the legs of a handshake.
        keepAliveTimeoutThreshold: 0,
      }),
    )
    client.on('disconnect', (_origin: URL, _targets: unknown, error: Error) => {
      this.#closedBy ??= error
      this.#onClosed()
    })
    return client
  }
}

/** A leg on the socket itself is parsed by Node; the client knows the errors of undici. */
function asUndiciSaysIt(garbled: NodeJS.ErrnoException): Error {
  const error = new errors.HTTPParserError(garbled.message)
  return Object.assign(error, { code: garbled.code, cause: garbled })
}

function givesOnce(socket: Socket): buildConnector.connector {
  let unused: Socket | undefined = socket
  return (_target, callback) => {
    const first = unused
    unused = undefined
    // Not at once: a Client that is called back while it asks does not notice.
    queueMicrotask(() => {
      if (first?.destroyed === false) callback(null, first)
      else callback(new SocketGone('The connection was closed.'), null)
    })
  }
}
