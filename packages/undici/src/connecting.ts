import { Socket } from 'node:net'
import type { OriginSession } from '@ntlmkit/transport'
import type { buildConnector } from 'undici'
import type { ResolvedAgentOptions } from './agent-options.js'
import { checkTls } from './given-sockets.js'
import { PinnedConnection } from './pinned-connection.js'

/** Where the connections of a pool go: to the origin itself, or to an address that somebody has looked up for it. */
export interface Destination {
  /** The URL's origin whose host is connected to. */
  readonly address: string
  /** The name that TLS asks for. Default: that of the address. */
  readonly servername?: string
}

/**
 * Opens a socket and makes it a connection's for good.
 *
 * @param done called once, with the connector's own error if it failed.
 * @param onClose called once, when the socket has closed.
 * @returns gives up: the socket, and whatever else the connector still brings, is closed.
 */
export function openConnection(
  options: ResolvedAgentOptions,
  session: OriginSession,
  destination: Destination,
  done: (error: Error | null, connection?: PinnedConnection) => void,
  onClose: (connection: PinnedConnection) => void,
): () => void {
  let settled = false
  const opened: buildConnector.Callback = (error, socket) => {
    if (settled) {
      socket?.destroy()
      return
    }
    settled = true
    if (error !== null || socket === null) done(error ?? new Error('The connector gave no socket.'))
    else pin(socket)
  }
  const pin = (socket: Socket) => {
    try {
      checkTls(socket, session.memory.origin)
      done(null, new PinnedConnection(socket, options, session, onClose))
    } catch (error) {
      socket.destroy()
      done(error as Error)
    }
  }
  const opening = connect(options, destination, opened)
  return () => {
    settled = true
    if (opening instanceof Socket) opening.destroy(new Error('The request was given up.'))
  }
}

/** A connector may throw there and then, as undici's own does for a certificate that cannot be read. */
function connect(
  { connector, client }: ResolvedAgentOptions,
  destination: Destination,
  opened: buildConnector.Callback,
): unknown {
  try {
    // Declared to give nothing; undici's own gives the socket that it opens.
    return connector(targetOf(destination, client.localAddress), opened)
  } catch (error) {
    queueMicrotask(() => opened(error as Error, null))
    return undefined
  }
}

function targetOf(
  { address, servername }: Destination,
  localAddress: string | null | undefined,
): buildConnector.Options {
  const { protocol, host, hostname, port } = new URL(address)
  const name = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
  const target = { protocol, host, hostname: name, port, localAddress }
  return servername === undefined ? target : { ...target, servername }
}
