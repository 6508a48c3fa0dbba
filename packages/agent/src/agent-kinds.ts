import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { nodeInternals } from '@ntlmkit/transport'
import { isAgent, refusedVia, unusable } from './via.js'

/** By these an agent opens connections, or chooses among them: one that has its own may lead elsewhere. */
const OPENS_CONNECTIONS = [
  'createConnection',
  'createSocket',
  'connect',
  'callback',
  'reuseSocket',
  'keepSocketAlive',
  'removeSocket',
] as const

/** The use that can be made of an agent of somebody else. What it does counts, not its name. */
export interface AgentKind {
  /** It opens connections as no other does, as agents for proxies do; a plain agent is no more than its options. */
  readonly opens: boolean
  /** It adds something to requests before it asks for a connection, as cookie agents do: they must pass it. */
  readonly adds: boolean
}

const PLAIN: AgentKind = { opens: false, adds: false }

/** Marks the agents made here: one identity does not open the connections of another. */
export const AUTHENTICATES = Symbol.for('ntlmkit.authenticatingAgent')

/**
 * The kind of an agent.
 *
 * @param name where it was given, for the error.
 * @throws {NtlmError} ERR_NTLM_CONFIG for what cannot be used, with what it lacks.
 */
export function kindOf(agent: unknown, name: string): AgentKind {
  if (!isAgent(agent)) throw unusable(name, agent)
  if (AUTHENTICATES in agent) {
    throw refusedVia(
      `${name} authenticates its connections already.`,
      'One agent is one identity: use its agents as they are, or give the agent that opens its connections.',
    )
  }
  return agent instanceof HttpAgent ? kindOfNodes(agent, name) : kindOfOthers(agent, name)
}

/**
 * Tells whether an agent opens connections in its own way, as those for proxies do: a client that has a proxy of its
 * own in mind for a request need not refuse what goes through one already. For packages that adapt a client.
 */
export function opensConnections(agent: unknown): boolean {
  if (!isAgent(agent)) return false
  return agent instanceof HttpAgent ? kindOfNodes(agent, 'agent').opens : true
}

/**
 * An agent of Node's class: what its layers have of their own, down to the class that keeps the pool. A Proxy has no layer
 * for what it shows in the place of that class's.
 */
function kindOfNodes(agent: HttpAgent, name: string): AgentKind {
  const layers = [...layersOf(agent, isPoolingClass)]
  const below = Object.getPrototypeOf(layers.at(-1) ?? agent) as object
  const placeOf = (names: readonly string[]) => {
    const place = layers.findIndex((layer) => names.some((name) => hasOwn(layer, name)))
    if (place >= 0) return place
    return names.some((name) => methodOf(agent, name) !== methodOf(below, name)) ? 0 : -1
  }
  const opening = placeOf(OPENS_CONNECTIONS)
  const adding = placeOf(['addRequest'])
  const adds = adding >= 0 && (opening < 0 || adding < opening)
  const opens = opening >= 0 || hasProxy(agent, name)
  return opens || adds ? { opens, adds } : PLAIN
}

/** A method of an agent as it was before requests were sent through it from here. */
function methodOf(layer: object, name: string): unknown {
  return nodeInternals.undiverted((layer as Record<string, unknown>)[name])
}

function hasOwn(layer: object, name: string): boolean {
  const own = Object.getOwnPropertyDescriptor(layer, name)
  if (own === undefined) return false
  const { value } = own as { value?: unknown }
  const isDiverted = value !== nodeInternals.undiverted(value)
  return !isDiverted || methodOf(layer, name) !== methodOf(Object.getPrototypeOf(layer) as object, name)
}

/** Node's own agents go through a proxy where they are told to, and where Node can. */
function hasProxy(agent: HttpAgent, name: string): boolean {
  const { proxyEnv } = (agent as unknown as { options?: { proxyEnv?: unknown } }).options ?? {}
  if (proxyEnv === undefined || proxyEnv === null) return false
  if (!nodeInternals.honoursProxyEnv(agent)) {
    throw refusedVia(
      `${name} has the option proxyEnv, which Node ${process.versions.node} does not know: it would go past the proxy.`,
      'Give an agent of https-proxy-agent or hpagent, or take Node 24.5 or later.',
    )
  }
  return true
}

/** An agent of no class of Node's keeps its pool itself: there is no place below an added layer to put another. */
function kindOfOthers(agent: object, name: string): AgentKind {
  const layers = [...layersOf(agent, (layer) => layer === Object.prototype)]
  const placed = layers.filter((layer) => Object.hasOwn(layer, 'addRequest'))
  if (placed.length > 1) {
    throw refusedVia(
      `${name} adds something to requests, above an agent that is no http.Agent.`,
      'Take the newest release of the agent below: agents of today descend from http.Agent.',
    )
  }
  return { opens: true, adds: false }
}

function* layersOf(agent: object, isLast: (layer: object) => boolean): Generator<object> {
  for (let layer = agent; layer !== null && !isLast(layer); layer = Object.getPrototypeOf(layer) as object) {
    yield layer
  }
}

/**
 * Tells whether a prototype is that of Node's own agents, or of agentkeepalive's, of which there may be several copies: by
 * their place, and by what nobody has but they. An unknown edition is none: it is then asked to open the connections.
 */
export function isPoolingClass(prototype: object): boolean {
  if (prototype === HttpAgent.prototype || prototype === HttpsAgent.prototype) return true
  return isKeepAlive(prototype) || isKeepAliveForTls(prototype)
}

/** What agentkeepalive's class does to connections beside what Node's does: each calls that. */
const KEPT_ALIVE = ['createConnection', 'reuseSocket', 'keepSocketAlive'] as const

function isKeepAlive(prototype: object): boolean {
  if (Object.getPrototypeOf(prototype) !== HttpAgent.prototype) return false
  if (typeof ownBySymbol(prototype, 'agentkeepalive#initSocket') !== 'function') return false
  const own = OPENS_CONNECTIONS.filter((name) => Object.hasOwn(prototype, name))
  return (
    own.length === KEPT_ALIVE.length &&
    KEPT_ALIVE.every((name) => sourceOf(prototype, name).includes(`super.${name}(`))
  )
}

function isKeepAliveForTls(prototype: object): boolean {
  const connect = ownBySymbol(prototype, 'agentkeepalive#createHttpsConnection')
  if (connect === undefined || connect !== methodOf(HttpsAgent.prototype, 'createConnection')) return false
  const own = OPENS_CONNECTIONS.filter((name) => Object.hasOwn(prototype, name))
  const isItsOwn = own.length === 1 && /this\[/.test(sourceOf(prototype, 'createConnection'))
  return isItsOwn && isKeepAlive(Object.getPrototypeOf(prototype) as object)
}

/** Symbols of a package are known by their description, which minifiers leave alone. */
function ownBySymbol(prototype: object, description: string): unknown {
  const symbol = Object.getOwnPropertySymbols(prototype).find((symbol) => symbol.description === description)
  return symbol && Object.getOwnPropertyDescriptor(prototype, symbol)?.value
}

function sourceOf(prototype: object, name: string): string {
  const { value } = Object.getOwnPropertyDescriptor(prototype, name) ?? {}
  return typeof value === 'function' ? Function.prototype.toString.call(value) : ''
}
