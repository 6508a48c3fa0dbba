import type { Agent, ClientRequest, RequestOptions } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Socket } from 'node:net'
import type { nodeInternals } from '@ntlmkit/transport'
import AgentKeepAlive from 'agentkeepalive'
import type { PoolOptions } from './agent-options.js'

type SocketCreated = (error: Error | null, socket?: Socket) => void

/** An agent of agentkeepalive, with what its declarations leave out. */
export interface KeepAliveAgent extends Agent, nodeInternals.PoolingAgent {
  protocol: string
  options: { timeout?: number }
  getName(options?: RequestOptions): string
  keepSocketAlive(socket: Socket): boolean
  getCurrentStatus(): AgentKeepAlive.AgentStatus
  calcSocketTimeout(socket: Socket): number | undefined
  createSocket(request: ClientRequest, options: RequestOptions, created: SocketCreated): void
}

/** The method with which agentkeepalive takes a new socket into its books; its symbol is not exported. */
const INIT_SOCKET = Object.getOwnPropertySymbols(AgentKeepAlive.HttpAgent.prototype).find(
  ({ description }) => description === 'agentkeepalive#initSocket',
)

/** Takes a socket that somebody else has opened into an agent's books: its time-outs and counts hold for it. */
export function takeIntoBooks(agent: KeepAliveAgent, socket: Socket, options: RequestOptions): void {
  if (INIT_SOCKET === undefined) return
  const init = (agent as unknown as Record<symbol, (socket: Socket, options: RequestOptions) => void>)[
    INIT_SOCKET
  ]
  init.call(agent, socket, options)
}

export type KeepAliveClass = new (options: PoolOptions) => KeepAliveAgent

export const KeepAliveHttpAgent = AgentKeepAlive.HttpAgent as unknown as KeepAliveClass

/**
 * agentkeepalive's HttpsAgent as a subclass of Node's: its own is one of http.Agent, and packages that look with
 * `instanceof` whether an agent speaks TLS took it for one that does not.
 */
export const KeepAliveHttpsAgent = subclassOf(HttpsAgent, AgentKeepAlive.HttpsAgent, AgentKeepAlive.HttpAgent)

/** A subclass of `Base` with the methods of these classes above its own: they call each other by `this`. */
function subclassOf(
  Base: typeof HttpsAgent,
  Source: typeof AgentKeepAlive.HttpsAgent,
  Parent: object,
): KeepAliveClass {
  function KeepAliveHttps(options: PoolOptions): object {
    return Reflect.construct(Source, [options], new.target ?? KeepAliveHttps)
  }
  const { prototype } = Parent as { prototype: object }
  KeepAliveHttps.prototype = Object.create(Base.prototype, {
    ...Object.getOwnPropertyDescriptors(prototype),
    ...Object.getOwnPropertyDescriptors(Source.prototype),
    constructor: { value: KeepAliveHttps, configurable: true, writable: true },
  })
  return KeepAliveHttps as unknown as KeepAliveClass
}
