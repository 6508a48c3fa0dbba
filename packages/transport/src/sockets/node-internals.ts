import { Agent, ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import type { Socket } from 'node:net'
import { NtlmError } from '@ntlmkit/core'

/**
 * Everything here is undocumented in Node, and the same from Node 0.11 to 26: agent-base, http-cookie-agent and the
 * proxy agents stand on it too. Nothing outside this file may touch what Node does not document.
 */

/** An agent's side of `http.request`: Node calls it from the constructor of every ClientRequest that has an agent. */
export interface PoolingAgent {
  addRequest(request: ClientRequest, options: RequestOptions): void
}

/** What `http.Agent#addRequest` calls when none of the agent's own sockets is free, and its limits allow one more. */
interface OpeningAgent {
  createSocket(request: ClientRequest, options: RequestOptions): void
}

/** How an agent, ours included, gives a request its socket, or tells it that there is none. */
export type SocketReceiver = (socket?: Socket, error?: Error) => void

/**
 * Puts `receiver` in the place of `ClientRequest#onSocket`, which an agent calls when it has a socket for a request:
 * a new one, one from its pool, or one that another request has just set free.
 *
 * @returns Node's own: it writes the request to the socket.
 */
export function interceptSocket(request: ClientRequest, receiver: SocketReceiver): SocketReceiver {
  const receive = request.onSocket as SocketReceiver
  request.onSocket = receiver
  return (socket, error) => receive.call(request, socket, error)
}

/** Writes a request on this socket whatever the agent thinks: a leg is none of the pool's requests. */
export function giveSocket(request: ClientRequest, socket: Socket): void {
  request.onSocket(socket)
}

/** Ends a request that was given up before it got to its agent: Node waits for a socket to say so. */
export function denySocket(request: ClientRequest): void {
  ;(request.onSocket as SocketReceiver).call(request)
}

/**
 * Leaves the socket open behind the answer to a HEAD. Node takes an answer without Content-Length for one that ends
 * with the connection; an answer to a HEAD ends with its head whatever it says. `shouldKeepAlive` is not documented.
 */
export function keepOpen(head: ClientRequest): void {
  head.shouldKeepAlive = true
}

/**
 * Makes an agent that adds something to requests, and has no sockets yet, take them from another agent: what it adds
 * is there by the time it would open a socket.
 */
export function openThrough(outer: Agent, inner: PoolingAgent): void {
  ;(outer as unknown as OpeningAgent).createSocket = (request, options) => inner.addRequest(request, options)
}

/**
 * Adds a field to the head that Node writes next. The head is text by then, perhaps with the start of the body behind
 * it: `setHeader` is too late for a request that was ended before it got its socket. Node writes the head in one
 * piece, as a string, first.
 */
export function addToHead(socket: Socket, name: string, value: string): void {
  const { write } = socket
  const isOwn = Object.hasOwn(socket, 'write')
  socket.write = ((chunk: unknown, ...rest: unknown[]) => {
    if (isOwn) socket.write = write
    else Reflect.deleteProperty(socket, 'write')
    const end = typeof chunk === 'string' ? chunk.indexOf('\r\n\r\n') + 2 : 1
    if (end < 2) {
      socket.destroy(internalsChanged('The head of a request is not written as one string'))
      return false
    }
    const head = chunk as string
    const completed = `${head.slice(0, end)}${name}: ${value}\r\n${head.slice(end)}`
    return Reflect.apply(write, socket, [completed, ...rest])
  }) as Socket['write']
}

/** What tells a client of a body that does not come. */
const BODY_FIELDS = ['content-encoding', 'content-length', 'transfer-encoding'] as const

/**
 * Ends an answer behind its head, whatever follows on the socket: the client reads it as one without a body. Of what is
 * set here only `complete` is documented; `_dumped` is how Node marks an answer that nobody reads.
 */
export function endAnswer(response: IncomingMessage): void {
  for (const field of BODY_FIELDS) delete response.headers[field]
  response.complete = true
  ;(response as IncomingMessage & { _dumped: boolean })._dumped = true
  response.push(null)
}

/** Takes back an answer that Node has already noted as the request's, though nobody was told: clients look there. */
export function forgetAnswer(request: ClientRequest): void {
  ;(request as { res?: IncomingMessage | null }).res = null
}

/**
 * Takes a request out of the agent's queue, so that no socket is opened for it. `agent.requests` is documented, to be
 * read; what its arrays mean has not changed since Node 0.5.
 */
export function leaveQueue(agent: Agent, request: ClientRequest): void {
  const queues = agent.requests as unknown as Record<string, ClientRequest[] | undefined>
  for (const [name, queue] of Object.entries(queues)) {
    const index = queue?.indexOf(request) ?? -1
    if (queue === undefined || index < 0) continue
    queue.splice(index, 1)
    if (queue.length === 0) delete queues[name]
    return
  }
}

/** @throws {NtlmError} ERR_NTLM_CONFIG when this Node has none of what is used here. */
export function checkInternals(): void {
  for (const method of ['addRequest', 'createSocket'] as const) {
    const { prototype } = Agent as unknown as { prototype: PoolingAgent & OpeningAgent }
    if (typeof prototype[method] !== 'function') throw internalsChanged(`http.Agent has no ${method}`)
  }
  if (typeof ClientRequest.prototype.onSocket !== 'function') {
    throw internalsChanged('http.ClientRequest has no onSocket')
  }
}

function internalsChanged(what: string): NtlmError {
  return new NtlmError('ERR_NTLM_CONFIG', `${what} in Node ${process.versions.node}.`, {
    hint: 'ntlmkit must be taught about this version of Node: see packages/transport/src/sockets/node-internals.ts.',
  })
}
