import { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { ConnectionAuth, failures, type OriginMemory } from '@ntlmkit/core'
import { type buildConnector, Client, type Dispatcher } from 'undici'
import type { ResolvedAgentOptions } from './agent-options.js'

/** Why a Client that has lost its socket may not get another: the tokens belong to the one it had. */
class SocketGone extends Error {
  readonly code = 'NTLMKIT_SOCKET_GONE'
}

/** Errors of undici and of the system that say the connection was lost, and nothing else. */
const CONNECTION_LOST: ReadonlySet<string> = new Set([
  'NTLMKIT_SOCKET_GONE',
  'UND_ERR_SOCKET',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ENOTCONN',
])

/** One socket, the undici Client that is its only user, and what is known of its authentication. */
export class PinnedConnection {
  readonly auth: ConnectionAuth
  readonly #client: Client
  #closed = false
  #closedBy: Error | undefined

  private constructor(client: Client, auth: ConnectionAuth, onClose: (connection: PinnedConnection) => void) {
    this.#client = client
    this.auth = auth
    client.on('disconnect', (_origin: URL, _targets: unknown, error: Error) => {
      this.#closedBy ??= error
      if (this.#closed) return
      this.#closed = true
      onClose(this)
    })
  }

  /**
   * Opens a socket and makes it the connection's for good.
   *
   * @param done called once, with the connector's own error if it failed.
   * @param onClose called once, when the socket has closed.
   * @returns gives up: the socket, and whatever else the connector still brings, is closed.
   */
  static open(
    options: ResolvedAgentOptions,
    memory: OriginMemory,
    done: (error: Error | null, connection?: PinnedConnection) => void,
    onClose: (connection: PinnedConnection) => void,
  ): () => void {
    let abandoned = false
    const { connector, client } = options
    // Declared to give nothing; undici's own gives the socket that it opens.
    const opening: unknown = connector(targetOf(memory.origin, client.localAddress), (error, socket) => {
      if (abandoned) {
        socket?.destroy()
        return
      }
      if (error !== null || socket === null) {
        done(error ?? new Error('The connector gave no socket.'))
        return
      }
      if (socket instanceof TLSSocket && socket.alpnProtocol === 'h2') {
        socket.destroy()
        done(failures.http2Negotiated(memory.origin))
        return
      }
      const certificate = certificateOf(socket)
      if (options.ntlm.channelBinding !== 'none') watchRenegotiation(socket, certificate, memory)
      const auth = new ConnectionAuth({ options: options.ntlm, memory, certificate })
      done(null, new PinnedConnection(clientOn(socket, memory.origin, options), auth, onClose))
    })
    return () => {
      abandoned = true
      if (opening instanceof Socket) opening.destroy(new Error('The request was given up.'))
    }
  }

  get closed(): boolean {
    return this.#closed
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.#client.dispatch(options, handler)
  }

  /** Whether an error says that this connection was lost: then what caused it, as seen at the socket. */
  lossBehind(error: Error): Error | undefined {
    const { code = '' } = error as { code?: string }
    if (!CONNECTION_LOST.has(code)) return undefined
    return error instanceof SocketGone ? (this.#closedBy ?? error) : error
  }

  /** Ends whatever is under way and closes the socket. */
  destroy(reason: Error | null = null): void {
    this.#closed = true
    this.#client.destroy(reason).catch(() => {})
  }

  /** The socket belongs to somebody else from now on: an upgrade took it. */
  abandon(): void {
    this.#closed = true
  }
}

function targetOf(origin: string, localAddress: string | null | undefined): buildConnector.Options {
  const { protocol, host, hostname, port } = new URL(origin)
  const address = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  return { protocol, host, hostname: address, port, localAddress }
}

function clientOn(socket: Socket, origin: string, { client }: ResolvedAgentOptions): Client {
  let unused: Socket | undefined = socket
  const connect: buildConnector.connector = (_target, callback) => {
    const first = unused
    unused = undefined
    // Not at once: a Client that is called back while it asks does not notice.
    queueMicrotask(() => {
      if (first) callback(null, first)
      else callback(new SocketGone('The connection was closed.'), null)
    })
  }
  return new Client(origin, {
    ...client,
    connect,
    pipelining: 1,
    allowH2: false,
    // At its default a server's `Keep-Alive: timeout=2` closes the socket between the legs of a handshake.
    keepAliveTimeoutThreshold: 0,
  })
}

/** Read by this call only: `getPeerX509Certificate` empties it for later calls on Node 20 to 24. */
function certificateOf(socket: Socket): Buffer | undefined {
  if (!(socket instanceof TLSSocket)) return undefined
  return socket.getPeerCertificate().raw
}

/** TLS 1.2 may renegotiate, as IIS does for client certificates: under the same certificate, or not on this connection. */
function watchRenegotiation(socket: Socket, certificate: Buffer | undefined, { origin }: OriginMemory): void {
  socket.on('secureConnect', () => {
    if (certificate === undefined || !certificateOf(socket)?.equals(certificate))
      socket.destroy(failures.certificateChanged(origin))
  })
}
