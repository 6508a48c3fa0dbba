import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { NtlmError } from '@ntlmkit/core'
import type { buildConnector } from 'undici'

const NEEDED = ['on', 'write', 'end', 'destroy', 'pause', 'resume'] as const

/** The sockets that any connector of a user's has given to any agent. */
const given = new WeakSet<Socket>()

/**
 * A connector of the user's, each of whose sockets is taken once: what is authenticated on a socket is authenticated for
 * whoever uses it next. Whatever else it gives ends the request at once, and closes nothing that serves another.
 */
export function takenOnce(connector: buildConnector.connector): buildConnector.connector {
  return (target, callback) =>
    // Declared to give nothing; undici's own gives the socket that it opens.
    connector(target, (...[error, socket]) => {
      if (error !== null || socket === null) {
        callback(error ?? new Error('The connector gave no socket.'), null)
        return
      }
      const refusal = refusalOf(socket)
      if (refusal === undefined) callback(null, socket)
      else callback(refusal, null)
    })
}

/** @throws {NtlmError} ERR_NTLM_CONFIG for a socket without TLS to an https origin: tokens would go in the clear. */
export function checkTls(socket: Socket, origin: string): void {
  if (!origin.startsWith('https:') || socket instanceof TLSSocket) return
  throw unusable(
    'for an https URL it gave one without TLS.',
    'Give a connector that makes the TLS connection itself, as buildConnector of undici does.',
  )
}

function refusalOf(socket: Socket): NtlmError | undefined {
  const lacking = NEEDED.filter(
    (name) => typeof (socket as Partial<Socket> | undefined)?.[name] !== 'function',
  )
  if (lacking.length > 0) {
    return unusable(
      `what it gave is no socket, it has no ${lacking.join(', ')}.`,
      'Give one that opens a net.Socket or a tls.TLSSocket.',
    )
  }
  if (given.has(socket)) {
    return unusable(
      'it gave the same one before.',
      'Open another one each time it is called: a connection belongs to one user, and the agent keeps it open itself.',
    )
  }
  given.add(socket)
  return undefined
}

function unusable(message: string, hint: string): NtlmError {
  return new NtlmError(
    'ERR_NTLM_CONFIG',
    `The connect option cannot give connections that NTLM authenticates: ${message}`,
    { hint },
  )
}
