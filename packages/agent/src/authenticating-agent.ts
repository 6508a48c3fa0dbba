import type { Agent, ClientRequest, RequestOptions } from 'node:http'
import type { Socket } from 'node:net'
import type { NtlmError, OriginMemory, ResolvedNtlmOptions } from '@ntlmkit/core'
import AgentKeepAlive from 'agentkeepalive'
import type { PoolOptions } from './agent-options.js'
import { Exchange, type ExchangePool } from './exchange.js'
import type { Identity } from './identity.js'
import { afterPolling, hangUp } from './lost-connection.js'
import { denySocket, leaveQueue, type PoolingAgent } from './node-internals.js'
import { PinnedSocket } from './pinned-socket.js'
import { hasField } from './request-fields.js'
import type { RequestTrack } from './tracked-request.js'

/** Turns of the event loop that a request waits for a socket in that state, at most: an unread answer stays in it. */
const MAX_TURNS = 20

/** Marks the options of a request that uses no credentials of ours: its sockets have a name of their own. */
const PLAIN = Symbol('ntlmkit: plain')

/** An agent of agentkeepalive, with what its declarations leave out. */
interface KeepAliveAgent extends Agent, PoolingAgent {
  protocol: string
  options: { timeout?: number }
  getName(options?: RequestOptions): string
  keepSocketAlive(socket: Socket): boolean
  getCurrentStatus(): AgentKeepAlive.AgentStatus
  calcSocketTimeout(socket: Socket): number | undefined
}

/** An agent for node:http or node:https that authenticates its sockets. */
export interface AuthenticatingAgent extends Agent {
  /** What agentkeepalive counts; the legs of handshakes are not requests. */
  getCurrentStatus(): AgentKeepAlive.AgentStatus
}

/** @internal */
export interface TrackingAgent extends AuthenticatingAgent {
  /** As `addRequest`, for a request of which the client tells more than an agent can see. */
  addTracked(request: ClientRequest, options: RequestOptions, track: RequestTrack): void
}

type KeepAliveClass = new (options: PoolOptions) => KeepAliveAgent
type AuthenticatingClass = new (identity: Identity, options: PoolOptions) => TrackingAgent

/** The subclass of an agentkeepalive agent whose requests get sockets that are authenticated. */
function authenticating(Base: KeepAliveClass): AuthenticatingClass {
  return class extends Base implements ExchangePool, TrackingAgent {
    readonly #identity: Identity
    readonly #waiting = new Set<Exchange>()
    #pooling = false

    constructor(identity: Identity, options: PoolOptions) {
      // A copy: agentkeepalive writes its defaults into what it is given.
      super({ ...options })
      this.#identity = identity
    }

    get ntlm(): ResolvedNtlmOptions {
      return this.#identity.options
    }

    get socketTimeout(): number {
      return this.options.timeout ?? 0
    }

    override addRequest(request: ClientRequest, options: RequestOptions): void {
      this.#add(request, options, undefined)
    }

    addTracked(request: ClientRequest, options: RequestOptions, track: RequestTrack): void {
      this.#add(request, options, track)
    }

    #add(request: ClientRequest, options: RequestOptions, track: RequestTrack | undefined): void {
      if (request.destroyed) {
        denySocket(request)
        return
      }
      const memory = this.#memoryFor(request, options, track)
      if (memory === undefined) {
        const plain = { ...options, [PLAIN]: true }
        this.#whenPolled(() => super.addRequest(request, plain))
        return
      }
      this.enqueue(new Exchange(this, request, options, memory, track))
    }

    enqueue(exchange: Exchange): void {
      this.#waiting.add(exchange)
      this.#whenPolled(() => {
        if (!exchange.finished) super.addRequest(exchange.request, exchange.options)
      })
    }

    settled(exchange: Exchange): void {
      if (this.#waiting.delete(exchange) && !exchange.hasSocket) leaveQueue(this, exchange.request)
    }

    refuseWaiting(memory: OriginMemory, error: NtlmError): void {
      for (const exchange of [...this.#waiting]) {
        if (exchange.memory === memory && !exchange.hasSocket) exchange.refuse(error)
      }
    }

    override getName(options?: RequestOptions): string {
      const name = super.getName(options)
      return options !== undefined && PLAIN in options ? `${name}:plain` : name
    }

    override keepSocketAlive(socket: Socket): boolean {
      this.#pooling = true
      const kept = super.keepSocketAlive(socket)
      this.#pooling = false
      return kept
    }

    /**
     * agentkeepalive also asks for the time a free socket may live when the socket went straight to a request that
     * waited for it, and would close it under a slow answer.
     */
    override calcSocketTimeout(socket: Socket): number | undefined {
      return this.#pooling ? super.calcSocketTimeout(socket) : undefined
    }

    override destroy(): void {
      for (const exchange of [...this.#waiting]) {
        if (exchange.hasSocket) exchange.abort(hangUp())
      }
      for (const socket of Object.values(this.sockets).flat()) {
        if (socket) PinnedSocket.of(socket).abandon()
      }
      super.destroy()
    }

    /**
     * By then a server that closed an idle socket has said so, and the request gets another; and a socket whose answer
     * was read to its end is free.
     */
    #whenPolled(add: () => void): void {
      if (isEmpty(this.freeSockets) && isEmpty(this.sockets)) add()
      else afterPolling(() => this.#whenSettled(add, MAX_TURNS))
    }

    #whenSettled(add: () => void, turns: number): void {
      if (turns === 0 || !isEmpty(this.freeSockets) || !this.#isSettling()) add()
      else setImmediate(() => this.#whenSettled(add, turns - 1))
    }

    #isSettling(): boolean {
      return Object.values(this.sockets).some((sockets) =>
        sockets?.some((socket) => PinnedSocket.isSettling(socket)),
      )
    }

    #memoryFor(
      request: ClientRequest,
      options: RequestOptions,
      track: RequestTrack | undefined,
    ): OriginMemory | undefined {
      if (request.method === 'CONNECT' || options.socketPath || track?.traits.authenticate === false)
        return undefined
      const memory = this.#identity.memory(this.protocol, options)
      return memory === undefined || hasField(request, options, 'authorization') ? undefined : memory
    }
  }
}

function isEmpty(record: object): boolean {
  for (const _ in record) return false
  return true
}

/** @internal */
export const NtlmHttpAgent = authenticating(AgentKeepAlive.HttpAgent as unknown as KeepAliveClass)

/** @internal */
export const NtlmHttpsAgent = authenticating(AgentKeepAlive.HttpsAgent as unknown as KeepAliveClass)
