import { Agent, ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { NtlmError } from '@ntlmkit/core'

/**
 * Everything here is undocumented in Node, and the same from Node 0.11 to 26: agent-base, http-cookie-agent and the
 * proxy agents stand on it too. Nothing outside this file may touch what Node does not document.
 */

/** An agent's side of `http.request`: Node calls it from the constructor of every ClientRequest that has an agent. */
export interface PoolingAgent {
  addRequest(request: ClientRequest, options: RequestOptions): void
}

/** The method that `http.Agent#addRequest` calls when none of its sockets is free, and its limits allow one more. */
interface OpeningAgent {
  createSocket(request: ClientRequest, options: RequestOptions, created?: SocketCreated): void
}

/** How an agent says that it has opened a socket, or why it has not. */
type SocketCreated = (error: unknown, socket?: Socket) => void

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

/** Ends a request that gets no socket, with this error if there is one: Node waits for a socket to say so. */
export function denySocket(request: ClientRequest, error?: Error): void {
  ;(request.onSocket as SocketReceiver).call(request, undefined, error)
}

/** Notes the socket that a request will be written to, or that there is none; Node does when it is about to write. */
export function noteSocket(request: ClientRequest, socket: Socket | null): void {
  ;(request as { socket: Socket | null }).socket = socket
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
 * is there by the time it would open a socket. Node asks the server to close behind a request of an agent that keeps
 * nothing alive, as this one would; the other one does.
 *
 * @param choose the agent that gives this request its socket.
 */
export function openThrough(outer: Agent, choose: (request: ClientRequest) => PoolingAgent): void {
  ;(outer as unknown as OpeningAgent).createSocket = (request, options) => {
    keepOpen(request)
    ;(request as unknown as WrittenRequest)._last = false
    choose(request).addRequest(request, options)
  }
}

/** The requests that are on their way through an agent which adds something to them, with what follows behind it. */
const passing = new WeakMap<ClientRequest, (options: RequestOptions) => void>()

/** Has, on a `createSocket` that was put in front of an agent's own, that one. All copies of this package share it. */
const IN_FRONT_OF = Symbol.for('ntlmkit.createSocketInFrontOf')

/**
 * Sends a request through an agent that adds something to it, and takes it back where that agent would open a socket, or
 * gives one that it had to the same place: that one is closed, as nobody has authenticated it. Whatever else goes through
 * the agent gets its sockets as before.
 *
 * @param opened the agent gave the request a socket in another way: what it fails with.
 */
export function passThrough(
  agent: Agent,
  request: ClientRequest,
  options: RequestOptions,
  behind: (options: RequestOptions) => void,
  opened: () => Error,
): void {
  divert(agent)
  const receive = interceptSocket(request, (socket, error) => {
    request.onSocket = receive as ClientRequest['onSocket']
    if (socket === undefined || error) {
      socket?.destroy()
      receive(undefined, error)
      return
    }
    // An agent enters the socket into its books behind the call by which it gives it.
    process.nextTick(() => {
      const isOfItsPool = isPooled(agent, options, socket)
      socket.destroy()
      if (!isOfItsPool) {
        receive(undefined, opened())
        return
      }
      passing.delete(request)
      request.reusedSocket = false
      behind(withOptionsOf(agent, options))
    })
  })
  passing.set(request, (completed) => {
    request.onSocket = receive as ClientRequest['onSocket']
    behind(completed)
  })
  ;(agent as unknown as PoolingAgent).addRequest(request, options)
}

/** Tells whether a socket stands in an agent's books under the place that these options name. */
function isPooled(agent: Agent, options: RequestOptions, socket: Socket): boolean {
  const { host, port, socketPath } = withOptionsOf(agent, options)
  if (socketPath != null) return false
  const place = Agent.prototype.getName.call(agent, { host: host ?? undefined, port: Number(port) })
  return Object.entries(agent.sockets).some(
    ([name, sockets]) => name.startsWith(place) && sockets?.includes(socket),
  )
}

const diverted = new WeakSet<Agent>()

function divert(agent: Agent): void {
  if (diverted.has(agent)) return
  diverted.add(agent)
  const opening = agent as unknown as OpeningAgent
  const create = opening.createSocket
  const inFront: OpeningAgent['createSocket'] = (request, options, created) => {
    const behind = passing.get(request)
    passing.delete(request)
    if (behind === undefined) Reflect.apply(create, agent, [request, options, created])
    else behind(options)
  }
  opening.createSocket = Object.assign(inFront, { [IN_FRONT_OF]: create })
}

/** The method of an agent itself, where `passThrough` has put one in front of it. */
export function undiverted(method: unknown): unknown {
  let own = method
  while (typeof own === 'function' && IN_FRONT_OF in own) own = own[IN_FRONT_OF as never]
  return own
}

/** The destination of a connection that somebody else's agent opens, as the request for it names it. */
export interface StandIn {
  protocol: string
  host: string
  port: string | number
  method: string
  path: string
  /** The request's Host. */
  authority: string
}

/**
 * A request that is never sent: agents open connections for requests, and write to them. It knows nothing of the
 * client's but where it goes. An agent of Node with `proxyEnv` writes to it as soon as it is made, so it must look
 * like one of that agent's.
 */
export function standInRequest(agent: object, { authority, ...destination }: StandIn): ClientRequest {
  const { protocol } = destination
  const placed = Object.create(agent, {
    addRequest: { value: () => {} },
    protocol: { value: protocol },
    defaultPort: { value: protocol === 'https:' ? 443 : 80 },
  }) as Agent
  const request = new ClientRequest({ ...destination, agent: placed, headers: { Host: authority } } as never)
  request.on('error', () => {})
  Object.defineProperty(request, STAND_IN, { value: true })
  return request
}

/** Marks requests that are never sent; all copies of this package share it. */
const STAND_IN = Symbol.for('ntlmkit.standIn')

/** Tells whether a request is one that is never sent: somebody else asks for a connection to authenticate it. */
export function isStandIn(request: ClientRequest): boolean {
  return STAND_IN in request
}

/** How an agent says what it has opened: of somebody else's nothing is sure. */
export type ConnectionGiven = (error: unknown, given?: unknown) => void

/**
 * Makes an agent open a connection for a request that is never sent. Agents of Node's class have a method that opens
 * one whatever is in their pool; others are asked as Node asks them.
 *
 * @param receive called again where the agent answers again.
 */
export function askForSocket(
  agent: object,
  request: ClientRequest,
  options: RequestOptions,
  receive: ConnectionGiven,
): void {
  // As Node: an agent that hands on a socket is not done with its books yet.
  interceptSocket(request, (socket, error) => process.nextTick(receive, error, socket))
  if (!(agent instanceof Agent)) {
    ;(agent as PoolingAgent).addRequest(request, options)
    return
  }
  const create = undiverted((agent as unknown as OpeningAgent).createSocket) as OpeningAgent['createSocket']
  const isNodes = create === (Agent.prototype as unknown as OpeningAgent).createSocket
  if (isNodes && !honoursProxyEnv(agent)) askToConnect(agent, request, options, receive)
  else Reflect.apply(create, agent, [request, withOptionsOf(agent, options), receive])
}

/** As Node's `addRequest`: what an agent was made with comes before what is asked of it. */
function withOptionsOf(agent: object, options: RequestOptions): RequestOptions {
  return { ...options, ...(agent as ConnectingAgent).options, session: undefined } as RequestOptions
}

/** An agent as Node's `createSocket` uses it; `createConnection` is documented. */
interface ConnectingAgent {
  readonly keepAlive?: boolean
  readonly keepAliveMsecs?: number
  readonly options?: object
  getName(options: object): string
  createConnection(options: object, created: ConnectionGiven): unknown
}

/**
 * Calls `createConnection` as Node's `createSocket` does, and no more: that takes what it is given for a socket, which
 * ends the process where it is none, and into its agent's books, whosever it is.
 */
function askToConnect(
  agent: object,
  request: ClientRequest,
  asked: RequestOptions,
  receive: ConnectionGiven,
): void {
  const connecting = agent as ConnectingAgent
  const options: Record<string, unknown> = { ...asked, ...connecting.options }
  const { timeout } = request as { timeout?: number }
  if (timeout) options.timeout = timeout
  if (connecting.keepAlive) {
    options.keepAlive = true
    options.keepAliveInitialDelay = connecting.keepAliveMsecs
  }
  options._agentKey = connecting.getName(options)
  options.encoding = null
  const given = connecting.createConnection(options, receive)
  if (given) receive(null, given)
}

/**
 * Takes a socket out of the agent that opened it. 'agentRemove' is how Node does that where a protocol is switched;
 * agents that do not know it listen for 'free' to close the socket, or to give it to somebody.
 */
export function takeFromAgent(socket: Socket): void {
  socket.emit('agentRemove')
  socket.removeAllListeners('free')
}

/** The listeners by which the owners of a socket hear that it is free, or theirs no more. */
const OWNERS_EVENTS = ['agentRemove', 'free'] as const

/** The listeners of those who own a socket now. */
export function ownersOf(socket: Socket): readonly unknown[] {
  return OWNERS_EVENTS.flatMap((event) => socket.rawListeners(event))
}

/** Makes an agent that has taken a socket of somebody else into its books let go of it; its owners keep it. */
export function leaveToOwners(socket: Socket, owners: readonly unknown[]): void {
  for (const event of OWNERS_EVENTS) {
    for (const listener of socket.rawListeners(event) as (() => void)[]) {
      if (owners.includes(listener)) continue
      if (event === 'agentRemove') listener.call(socket)
      socket.removeListener(event, listener)
    }
  }
}

/** Tells whether an agent of Node's class has a socket in its books beside its owners: it listens for both events. */
export function hasOtherOwner(socket: Socket, owners: readonly unknown[]): boolean {
  return OWNERS_EVENTS.every((event) =>
    socket.rawListeners(event).some((listener) => !owners.includes(listener)),
  )
}

/** A request as Node notes it on its socket. */
interface NotedRequest {
  readonly method: string
  readonly destroyed: boolean
  readonly upgradeOrConnect?: boolean
}

/**
 * Tells whether a request is on a connection, as far as Node knows. A CONNECT is none, nor is one that switched protocols:
 * what they lead to is the connection.
 */
export function isInUse(socket: Socket): boolean {
  const { _httpMessage: noted } = socket as { _httpMessage?: NotedRequest | null }
  if (noted === undefined || noted === null || noted.destroyed) return false
  return noted.method !== 'CONNECT' && noted.upgradeOrConnect !== true
}

/** Tells whether Node has understood an agent's `proxyEnv`: Nodes before 22.21 and 24.5 go past the proxy. */
export function honoursProxyEnv(agent: Agent): boolean {
  return Object.getOwnPropertySymbols(agent).some(({ description }) => description === 'kProxyConfig')
}

/** Tells whether a TLS handshake is still under way: 'secureConnect' will follow. */
export function isSecuring(socket: TLSSocket): boolean {
  return (socket as TLSSocket & { secureConnecting?: boolean }).secureConnecting !== false
}

/** An agent's books: `sockets` is documented, to be read; what counts all of them is not. */
interface CountingAgent {
  readonly sockets: Record<string, Socket[] | undefined>
  totalSocketCount: number
  removeSocket(socket: Socket, options: RequestOptions): void
}

/** The place in an agent's pool of a socket that somebody else is opening: Node counts only those it has. */
export class HeldPlace {
  readonly #agent: CountingAgent
  readonly #options: RequestOptions
  readonly #name: string
  readonly #holder = new Socket({ writable: false })
  #held = true

  /** @param onClosed called when the agent closes all that it has, this included. */
  constructor(agent: Agent, options: RequestOptions, onClosed: () => void) {
    this.#agent = agent as unknown as CountingAgent
    this.#options = options
    this.#name = agent.getName(options as never)
    this.#agent.sockets[this.#name] ??= []
    this.#agent.sockets[this.#name]!.push(this.#holder)
    this.#agent.totalSocketCount++
    this.#holder.once('close', () => {
      if (this.#held) onClosed()
    })
  }

  /** The socket takes the place, which Node gives it. */
  leave(): void {
    if (!this.#held) return
    this.#held = false
    this.#agent.totalSocketCount--
    const sockets = this.#agent.sockets[this.#name] ?? []
    const index = sockets.indexOf(this.#holder)
    if (index >= 0) sockets.splice(index, 1)
    if (sockets.length === 0) delete this.#agent.sockets[this.#name]
    this.#holder.destroy()
  }

  /** No socket came: what waits for the place gets it. */
  giveUp(): void {
    if (!this.#held) return
    this.leave()
    this.#agent.removeSocket(this.#holder, this.#options)
  }
}

/** Fields that are put into a head: each takes the place of those of its name; absent ones change nothing. */
export type HeadFields = Readonly<Record<string, string | undefined>>

/**
 * Puts fields into the head that Node writes next. The head is text by then, perhaps with the start of the body behind
 * it: `setHeader` is too late for a request that was ended before it got its socket. Node writes the head in one
 * piece, as a string, first.
 */
export function putIntoHead(socket: Socket, fields: HeadFields): void {
  const { write } = socket
  const isOwn = Object.hasOwn(socket, 'write')
  socket.write = ((chunk: unknown, ...rest: unknown[]) => {
    if (isOwn) socket.write = write
    else Reflect.deleteProperty(socket, 'write')
    const end = typeof chunk === 'string' ? chunk.indexOf('\r\n\r\n') : -1
    if (end < 0) {
      socket.destroy(internalsChanged('The head of a request is not written as one string'))
      return false
    }
    const head = (chunk as string).slice(0, end)
    const completed = headWith(head, fields) + (chunk as string).slice(end)
    return Reflect.apply(write, socket, [completed, ...rest])
  }) as Socket['write']
}

function headWith(head: string, fields: HeadFields): string {
  const set = Object.entries(fields).filter(([, value]) => value !== undefined)
  const names = new Set(set.map(([name]) => name.toLowerCase()))
  const [start, ...lines] = head.split('\r\n')
  const kept = lines.filter((line) => !names.has(line.slice(0, line.indexOf(':')).toLowerCase()))
  return [start, ...kept, ...set.map(([name, value]) => `${name}: ${value}`)].join('\r\n')
}

/** A request as Node has it while it is written, or is to be. */
interface WrittenRequest {
  _header: string | null
  _implicitHeader(): void
  _last: boolean
  _closed: boolean
  _ended: boolean
  chunkedEncoding: boolean
  destroyed: boolean
  outputData: OutputEntry[]
  outputSize: number
  res: IncomingMessage | null
  shouldKeepAlive: boolean
  timeoutCb: unknown
}

interface OutputEntry {
  data: unknown
  encoding: unknown
  callback: unknown
}

/** Calls back when the head of a request is made: the client can set no more fields then. It is not sent by that. */
export function onHeadMade(request: ClientRequest, made: () => void): void {
  const written = request as unknown as WrittenRequest
  const make = written._implicitHeader
  written._implicitHeader = () => {
    written._implicitHeader = make
    make.call(request)
    made()
  }
}

/** Tells whether a request, which has no socket yet, is complete: Node keeps all of it until it has one. */
export function isWholeInMemory(request: ClientRequest): boolean {
  return request.writableEnded && (request as unknown as WrittenRequest).outputData.length > 0
}

/** Bytes that end a chunked body, and are all there is of an empty one. */
const LAST_CHUNK = 5

/** A request as it was before Node wrote it: nothing is copied but who refers to what. */
export class KeptRequest {
  readonly #request: WrittenRequest
  readonly #output: readonly OutputEntry[]
  readonly #size: number
  readonly #keepsAlive: boolean
  readonly hasBody: boolean

  /** @param request one that is whole in memory. */
  constructor(request: ClientRequest) {
    const written = request as unknown as WrittenRequest
    this.#request = written
    this.#size = written.outputSize
    this.#keepsAlive = written.shouldKeepAlive
    this.#output = written.outputData.map((entry) => ({ ...entry }))
    const body = written.outputSize - (written._header?.length ?? 0)
    this.hasBody = body > (written.chunkedEncoding ? LAST_CHUNK : 0)
  }

  /**
   * Makes the request what it was, after Node has let go of its socket: `onSocket` writes it again. The callbacks of
   * the client's writes were called; the last one is Node's, which emits 'finish' and so frees the socket.
   */
  restore(): void {
    const request = this.#request
    const last = this.#output.length - 1
    request.outputData = this.#output.map((entry, i) =>
      i === last ? { ...entry } : { ...entry, callback: null },
    )
    request.outputSize = this.#size
    request.shouldKeepAlive = this.#keepsAlive
    request.destroyed = false
    request._closed = false
    request._ended = false
    request.res = null
    request.timeoutCb = null
  }
}

/** The listener with which Node frees the socket once a request is written; the last one, when its answer begins. */
export function freeingListener(request: ClientRequest): (() => void) | undefined {
  return request.rawListeners('finish').at(-1) as (() => void) | undefined
}

/** Fields that tell a client of a body which does not come. */
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
