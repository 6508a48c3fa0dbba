import { Agent as HttpAgent } from 'node:http'
import type { RequestAgents } from '@ntlmkit/agent'
import { isPoolingClass } from './carried-agents.js'

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

const served = new WeakSet<HttpAgent>()

/**
 * Tells whether an agent only adds something to requests, as cookie agents do, and leaves connections to the class it
 * extends: Node's or agentkeepalive's own. What it does counts, not its name: a cookie agent over a proxy's agent leads
 * to the proxy.
 */
export function addsToRequestsOnly(agent: unknown): agent is HttpAgent {
  if (!(agent instanceof HttpAgent) || hasProxy(agent)) return false
  if (served.has(agent)) return true
  let adds = false
  for (let layer: object = agent; !isPoolingClass(layer); layer = Object.getPrototypeOf(layer) as object) {
    if (OPENS_CONNECTIONS.some((name) => Object.hasOwn(layer, name))) return false
    adds ||= Object.hasOwn(layer, 'addRequest')
  }
  return adds
}

/** Node's own agents go through a proxy where they are told to. */
function hasProxy(agent: HttpAgent): boolean {
  const { options } = agent as unknown as { options?: { proxyEnv?: unknown } }
  return options?.proxyEnv != null
}

/** The agent of a plug-in, with sockets of ours. */
export function servedBy(through: RequestAgents, agent: unknown): unknown {
  if (!addsToRequestsOnly(agent)) return undefined
  through.serve(agent)
  served.add(agent)
  return agent
}
