import type { Agent, ClientRequest, RequestOptions } from 'node:http'
import { Socket } from 'node:net'
import {
  afterPolling,
  hangUp,
  type LeftAloneRequest,
  nodeInternals,
  type ResponseHead,
  type Session,
  tellLeftAlone,
} from '@ntlmkit/transport'
import type AgentKeepAlive from 'agentkeepalive'
import { AUTHENTICATES } from './agent-kinds.js'
import type { PoolOptions } from './agent-options.js'
import type { ClientRequestRecord } from './client-request-record.js'
import { Exchange, type ExchangePool } from './exchange.js'
import {
  type KeepAliveAgent,
  type KeepAliveClass,
  KeepAliveHttpAgent,
  KeepAliveHttpsAgent,
  takeIntoBooks,
} from './keep-alive-agents.js'
import { openThrough } from './opening.js'
import { guard, own } from './owned-connection.js'
import { PinnedSocket } from './pinned-socket.js'
import { fieldOf, hasField } from './request-fields.js'
import { RequestedOrigins } from './requested-origin.js'
import { withOwnTlsOptions } from './tls-options.js'
import { watchHeads } from './unasked-connection.js'
import { refusedVia } from './via.js'
import { WaitingRequest } from './waiting-request.js'
import { watchAnswer } from './watched-answer.js'

const { denySocket, HeldPlace, isStandIn, leaveQueue } = nodeInternals

/** Turns of the event loop that a request waits for a socket in that state, at most: an unread answer stays in it. */
const MAX_TURNS = 20

/** Marks the options of a request that uses no credentials of ours: its sockets have a name of their own. */
const APART = Symbol('ntlmkit: apart')

/** Has, in the options of a connection, the request it is opened for. */
const OPENED_FOR = Symbol('ntlmkit: opened for')

interface MarkedOptions extends RequestOptions {
  [APART]?: Apart
  [OPENED_FOR]?: ClientRequest
}

interface Apart {
  /** It has no credentials, or its own. */
  why: 'plain' | 'own credentials'
  /** The request's own options, where it goes to an origin that the agent's TLS options are not for. */
  asked: RequestOptions | undefined
  /** The request's own, in milliseconds. */
  timeout: number | undefined
}

/**
 * An agent for node:http or node:https that authenticates its sockets. Its events are those of Node's agents; what
 * becomes of handshakes is told by `node:diagnostics_channel`, see HandshakeEvents.
 */
export interface AuthenticatingAgent extends Agent {
  /** The counts of agentkeepalive; the legs of handshakes are not requests. */
  getCurrentStatus(): AgentKeepAlive.AgentStatus
}

/** @internal */
export interface RecordingAgent extends AuthenticatingAgent {
  /** As `addRequest`, for a request of which the client tells more than an agent can see. */
  addRecorded(request: ClientRequest, options: RequestOptions, record: ClientRequestRecord | undefined): void
  /**
   * As `createConnection`, for whoever asks for a connection and never for a place in the pool: nobody authenticates it.
   * Where a server asks on it, that is told.
   */
  connectUnasked(
    options: RequestOptions,
    created: ConnectionCreated,
    record: ClientRequestRecord | undefined,
  ): ReturnType<CreateConnection>
  /**
   * Keeps no free socket from now on; requests go as ever.
   *
   * @returns done when nothing is under way.
   */
  retire(): Promise<void>
}

type CreateConnection = KeepAliveAgent['createConnection']
type ConnectionCreated = Parameters<CreateConnection>[1]
type AuthenticatingClass = new (session: Session, options: PoolOptions, via?: object) => RecordingAgent

/** The subclass of an agentkeepalive agent whose requests get sockets that are authenticated. */
function authenticating(Base: KeepAliveClass): AuthenticatingClass {
  return class extends Base implements ExchangePool, RecordingAgent {
    readonly #session: Session
    readonly #via: object | undefined
    readonly #origins: RequestedOrigins
    readonly #exchanges = new Map<ClientRequest, Exchange>()
    #pooling = false
    #isDestroyed = false
    #isRetired = false
    readonly #onFinished: (() => void)[] = []

    /** @param via opens the connections. */
    constructor(session: Session, options: PoolOptions, via?: object) {
      // A copy: agentkeepalive writes its defaults into what it is given.
      super({ ...options })
      this.#session = session
      this.#via = via
      this.#origins = new RequestedOrigins(this.protocol)
    }

    get [AUTHENTICATES](): true {
      return true
    }

    get socketTimeout(): number {
      return this.options.timeout ?? 0
    }

    override addRequest(request: ClientRequest, options: RequestOptions): void {
      this.#add(request, options, undefined)
    }

    addRecorded(
      request: ClientRequest,
      options: RequestOptions,
      record: ClientRequestRecord | undefined,
    ): void {
      this.#add(request, options, record)
    }

    #add(request: ClientRequest, options: RequestOptions, record: ClientRequestRecord | undefined): void {
      // Given up before it was made: by a signal that had been aborted.
      if (request.destroyed) {
        denySocket(request)
        return
      }
      try {
        if (isStandIn(request)) throw authenticatesAlready()
        this.#place(request, options, record)
      } catch (error) {
        denySocket(request, error as Error)
      }
    }

    #place(request: ClientRequest, asked: RequestOptions, record: ClientRequestRecord | undefined): void {
      const isLocal = request.method === 'CONNECT' || Boolean(asked.socketPath)
      const requested = isLocal ? undefined : this.#origins.of(asked)
      const options = requested === undefined ? asked : { ...asked, host: requested.host }
      const isAllowed = requested !== undefined && this.#session.options.mayAuthenticate(requested.origin)
      record?.enter()
      if (!isAllowed || record?.traits.authenticate === false) {
        const why = isAllowed ? 'switched-off' : 'origin-not-listed'
        const origin = requested?.origin
        process.nextTick(() => this.#addApart(request, options, { isAllowed, origin, why, record }))
        return
      }
      const exchange = new Exchange(this, request, options, this.#session.at(requested.origin), record)
      this.#exchanges.set(request, exchange)
      // A client sets fields and ends its request in the turn in which it makes it.
      process.nextTick(() => exchange.start())
    }

    enqueue(exchange: Exchange): void {
      this.#whenPolled(() => {
        if (!exchange.isFinished) this.#getSocket(exchange.request, exchange.options)
      })
    }

    leave({ request, options, origin, record }: Exchange): void {
      this.#addApart(request, options, { isAllowed: true, origin, why: 'own-authorization', record })
    }

    finished(exchange: Exchange): void {
      if (this.#exchanges.delete(exchange.request) && !exchange.hasSocket) leaveQueue(this, exchange.request)
      for (const finished of this.#onFinished.splice(0)) finished()
    }

    async retire(): Promise<void> {
      this.#isRetired = true
      for (const socket of Object.values(this.freeSockets).flat()) socket?.destroy()
      while (!isEmpty(this.sockets) || this.#exchanges.size > 0) {
        const [socket] = Object.values(this.sockets).flat()
        if (socket) await leaving(socket)
        else await new Promise<void>((resolve) => this.#onFinished.push(resolve))
      }
    }

    #addApart(request: ClientRequest, options: RequestOptions, left: LeftRequest): void {
      const isItsOwn = hasField(request, options, 'authorization')
      const authorization = isItsOwn ? fieldOf(request, options, 'authorization') : undefined
      this.#watch(request, left, authorization)
      const why = isItsOwn ? 'own credentials' : 'plain'
      const asked = left.isAllowed ? undefined : options
      const marked: MarkedOptions = { ...options, [APART]: { why, asked, timeout: options.timeout } }
      this.#whenPolled(() => this.#getSocket(request, marked))
    }

    /** A request that goes without us says why, if it is asked for credentials. */
    #watch(request: ClientRequest, { origin, why, record }: LeftRequest, authorization?: string): void {
      if (record !== undefined) record.refusal = undefined
      if (origin === undefined) return
      const isItsOwn = authorization !== undefined && why !== 'switched-off'
      const { method } = request
      const left = { origin, method, why: isItsOwn ? 'own-authorization' : why, authorization } as const
      watchAnswer(request, ({ statusCode, headers }) =>
        this.#tell(left, { status: statusCode!, headers }, record),
      )
    }

    /** @returns the error that the client gets in the place of the answer, if it gets one. */
    #tell(
      left: LeftAloneRequest,
      head: ResponseHead,
      record: ClientRequestRecord | undefined,
    ): Error | undefined {
      const refused = tellLeftAlone(left, head, this.#session.options)
      if (record !== undefined) record.refusal = refused?.error
      return refused?.fails ? refused.error : undefined
    }

    #getSocket(request: ClientRequest, options: RequestOptions): void {
      if (request.destroyed || this.#isDestroyed) {
        denySocket(request, request.destroyed ? undefined : hangUp())
        return
      }
      try {
        super.addRequest(request, options)
      } catch (error) {
        denySocket(request, error as Error)
      }
    }

    /** Opens a socket: what is thrown meanwhile is the affair of the request it is for, whoever waits beside it. */
    override createSocket(
      request: ClientRequest,
      options: RequestOptions,
      created: (error: Error | null, socket?: Socket) => void,
    ): void {
      const marked: MarkedOptions = { ...options, [OPENED_FOR]: request }
      const open = () => {
        try {
          super.createSocket(request, marked, created)
        } catch (error) {
          created(error as Error)
        }
      }
      const exchange = this.#exchanges.get(request)
      if (exchange === undefined) open()
      else exchange.inContext(open)
    }

    override getName(options?: MarkedOptions): string {
      const name = super.getName(options)
      return options?.[APART] === undefined ? name : `${name}:${options[APART].why}`
    }

    /** By then the agent's options have taken the place of the request's. */
    override createConnection(
      options: MarkedOptions,
      created?: ConnectionCreated,
    ): ReturnType<CreateConnection> {
      if (options[OPENED_FOR] === undefined) return this.connectUnasked(options, created, undefined)
      const asked = options[APART]?.asked
      const own = asked === undefined ? options : withOwnTlsOptions(options, asked)
      if (this.#via === undefined) return super.createConnection(own, created)
      this.#openThrough(this.#via, options, own, created!)
      return undefined
    }

    connectUnasked(
      options: RequestOptions,
      created: ConnectionCreated = () => {},
      record: ClientRequestRecord | undefined,
    ): ReturnType<CreateConnection> {
      if (this.#via !== undefined) return new Socket().destroy(openedUnasked())
      const socket = super.createConnection(options, created)
      const origin = this.#origins.of(options)?.origin
      if (socket == null || origin === undefined) return socket
      const isAllowed = this.#session.options.mayAuthenticate(origin)
      const left = { origin, why: isAllowed ? 'bypassed' : 'origin-not-listed' } as const
      watchHeads(socket as Socket, (head) => this.#tell(left, head, record))
      return socket
    }

    /** Node counts sockets that it has: a place is held for one that is being opened. */
    #openThrough(
      via: object,
      { [OPENED_FOR]: request, ...options }: MarkedOptions,
      connection: RequestOptions,
      created: NonNullable<ConnectionCreated>,
    ): void {
      const exchange = this.#exchanges.get(request!)
      let waiting: WaitingRequest | undefined
      const fail = (error: Error) => {
        exchange?.opened()
        waiting?.end()
        created(error, undefined as never)
        leaveQueue(this, request!)
        place.giveUp()
      }
      let giveUp = () => {}
      const place = new HeldPlace(this, options, () => {
        giveUp()
        fail(hangUp())
      })
      if (request!.destroyed) {
        fail(hangUp())
        return
      }
      const leave = () => {
        giveUp()
        place.giveUp()
      }
      if (exchange !== undefined) exchange.opening(leave)
      else {
        waiting = new WaitingRequest(request!, {
          idle: options[APART]?.timeout ?? this.socketTimeout,
          onDestroyed: () => {
            leaveQueue(this, request!)
            leave()
          },
          onOver: (error) => {
            giveUp()
            fail(error)
          },
        })
      }
      const opened = { agent: via, protocol: this.protocol, request: request!, options: connection }
      giveUp = openThrough(opened, (error, socket) => {
        if (error !== undefined) {
          fail(error)
          return
        }
        exchange?.opened()
        waiting?.end()
        place.leave()
        takeIntoBooks(this, socket!, options)
        created(null, socket!)
        // With the listeners of this agent, which are on it now.
        own(socket!)
        guard(socket!)
      })
    }

    override keepSocketAlive(socket: Socket): boolean {
      if (this.#isRetired) return false
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

    /** Closes every connection, and opens none any more: what waits for one fails, and what comes later does. */
    override destroy(): void {
      this.#isDestroyed = true
      const queued = Object.values(this.requests).flat() as ClientRequest[]
      for (const exchange of [...this.#exchanges.values()]) exchange.abandon()
      for (const socket of Object.values(this.sockets).flat()) {
        if (socket) PinnedSocket.of(socket).abandon()
      }
      super.destroy()
      for (const request of queued) {
        leaveQueue(this, request)
        if (!request.destroyed) denySocket(request, hangUp())
      }
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
  }
}

/** A request that goes without us, or past the agent's TLS options. */
interface LeftRequest extends Pick<LeftAloneRequest, 'why'> {
  /** It goes to one of our origins. */
  readonly isAllowed: boolean
  /** Undefined where it goes to none. */
  readonly origin: string | undefined
  readonly record: ClientRequestRecord | undefined
}

function openedUnasked(): Error {
  return refusedVia(
    'it opens them for requests, and was asked for a connection without one (createConnection without addRequest).',
    'Switch off what intercepts requests (msw: server.close(), nock: nock.restore()), or leave via out meanwhile.',
  )
}

/** Done when an agent has a socket no more. */
function leaving(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const left = () => {
      socket.off('close', left).off('agentRemove', left)
      resolve()
    }
    socket.on('close', left).on('agentRemove', left)
  })
}

function authenticatesAlready(): Error {
  return refusedVia(
    'it asks one that authenticates its connections already.',
    'One agent is one identity: use its agents as they are, or give the agent that opens its connections.',
  )
}

function isEmpty(record: object): boolean {
  for (const _ in record) return false
  return true
}

/** @internal */
export const NtlmHttpAgent = authenticating(KeepAliveHttpAgent)

/** @internal */
export const NtlmHttpsAgent = authenticating(KeepAliveHttpsAgent)
