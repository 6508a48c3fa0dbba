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

/** An agent of Node's class: what its layers have of their own, down to the class that keeps the pool. */
function kindOfNodes(agent: HttpAgent, name: string): AgentKind {
  const layers = [...layersOf(agent, isPoolingClass)]
  const opening = layers.findIndex((layer) => OPENS_CONNECTIONS.some((name) => Object.hasOwn(layer, name)))
  const adding = layers.findIndex((layer) => Object.hasOwn(layer, 'addRequest'))
  const adds = adding >= 0 && (opening < 0 || adding < opening)
  const opens = opening >= 0 || hasProxy(agent, name)
  return opens || adds ? { opens, adds } : PLAIN
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
 * Tells whether a prototype is that of Node's own agents, or of agentkeepalive's, of which there may be several copies.
 * Those are known by what they have and by their place, right above Node's: minifiers take their names.
 */
export function isPoolingClass(prototype: object): boolean {
  if (prototype === HttpAgent.prototype || prototype === HttpsAgent.prototype) return true
  if (!('freeSocketKeepAliveTimeout' in prototype && 'calcSocketTimeout' in prototype)) return false
  if (Object.hasOwn(prototype, 'calcSocketTimeout')) return true
  const below = Object.getPrototypeOf(prototype) as object
  return Object.hasOwn(below, 'calcSocketTimeout') && Object.hasOwn(prototype, '_getSession')
}
