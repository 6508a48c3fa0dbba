import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http'
import type { Socket } from 'node:net'
import { Drain, type NtlmError, type ResponseHead } from '@ntlmkit/core'
import { hangUp } from './lost-connection.js'
import { giveSocket, keepOpen } from './node-internals.js'

/** What a leg takes over from the client's request: how the answer is parsed. */
const PARSING = ['insecureHTTPParser', 'maxHeaderSize', 'joinDuplicateHeaders'] as const

/** One leg of a handshake: the client's URL, without a body. */
export interface LegRequest {
  origin: string
  method: string
  path: string
  headers: Record<string, string | string[]>
  /** The options of the client's request. */
  options: RequestOptions
}

/**
 * Sends one leg on the socket, which stays where it is in its pool.
 *
 * @param done called once, when the answer was read to its end and the socket is free for the next leg, or closed.
 */
export function sendLeg(
  socket: Socket,
  { origin, method, path, headers, options }: LegRequest,
  done: (error: Error | null, head?: ResponseHead) => void,
): void {
  const restore = holdFree(socket)
  let answer: IncomingMessage | undefined
  let failure: Error | undefined
  let tooLarge: NtlmError | undefined
  const leg = httpRequest({
    ...Object.fromEntries(PARSING.map((name) => [name, options[name as keyof RequestOptions]])),
    agent: onSocket(socket),
    method,
    path,
    headers,
    setHost: false,
  } as RequestOptions)
  leg.on('response', (response) => {
    answer = response
    if (method === 'HEAD' && staysOpen(response)) keepOpen(leg)
    const drain = new Drain(origin, 'negotiate')
    response.on('data', (chunk: Buffer) => {
      tooLarge ??= drain.take(chunk)
      if (tooLarge) socket.destroy()
    })
  })
  leg.on('error', (error) => {
    failure ??= error
  })
  // The socket's own 'free', if there will be one, follows in the same turn.
  leg.on('close', () => {
    process.nextTick(() => {
      restore()
      // Node may have parsed the end of it already.
      if (tooLarge) done(tooLarge)
      else if (answer?.complete) done(null, { status: answer.statusCode!, headers: answer.headers })
      else done(failure ?? hangUp())
    })
  })
  leg.end()
}

/** An agent with one socket, which it leaves open: `agent: false` would ask the server to close it. */
function onSocket(socket: Socket): RequestOptions['agent'] {
  return {
    protocol: 'http:',
    defaultPort: 80,
    keepAlive: true,
    addRequest: (leg: ClientRequest) => giveSocket(leg, socket),
  } as unknown as RequestOptions['agent']
}

/** Keeps it from the pool that the socket is free between two legs: others wait there for just that. */
function holdFree(socket: Socket): () => void {
  const listeners = socket.rawListeners('free') as ((...args: unknown[]) => void)[]
  socket.removeAllListeners('free')
  return () => {
    for (const listener of listeners) socket.on('free', listener)
  }
}

/** Whether the server keeps the connection for more requests (RFC 9112 9.3). */
function staysOpen({ httpVersion, headers }: IncomingMessage): boolean {
  return httpVersion === '1.1' && !/(?:^|,)\s*close\s*(?:,|$)/i.test(headers.connection ?? '')
}
