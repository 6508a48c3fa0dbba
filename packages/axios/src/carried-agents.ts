import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { AgentOptions, PoolOptions } from '@ntlmkit/agent'
import { NtlmError } from '@ntlmkit/core'
import { ownOptions } from '@ntlmkit/transport'
import type { AxiosInstance } from 'axios'

/** Options that every agent has of itself, or that the new agents decide: the user made no agent for them. */
const NOT_CARRIED: ReadonlySet<string> = new Set([
  'path',
  'keepAlive',
  'maxCachedSessions',
  'ALPNProtocols',
  'defaultPort',
  'protocol',
])

/** agentkeepalive fills in its default timeout: at least this, or twice as long as a free socket lives. */
const KEEPALIVE_TIMEOUT = 8000

/**
 * The options of the agents an instance has: its certificates and pool sizes are what they were made for. The agents
 * themselves leave the instance.
 *
 * @throws {NtlmError} ERR_NTLM_CONFIG for an agent of a class that may do more than its options say.
 */
export function carryAgents({ defaults }: AxiosInstance, given: AgentOptions = {}): AgentOptions {
  const { http, https, ...both } = ownOptions(given)
  const carried = {
    http: { ...carriedOptions('httpAgent', defaults.httpAgent), ...both, ...http },
    https: { ...carriedOptions('httpsAgent', defaults.httpsAgent), ...both, ...https },
  }
  delete defaults.httpAgent
  delete defaults.httpsAgent
  return carried
}

function carriedOptions(name: string, agent: unknown): PoolOptions {
  if (agent === undefined || agent === null || agent === false) return {}
  if (!isPlainAgent(agent)) {
    const { name: className } = (agent as object).constructor ?? {}
    throw new NtlmError('ERR_NTLM_CONFIG', `The instance has a ${name} of class ${className}.`, {
      hint: 'NTLM needs the connections for itself. Give an http(s).Agent or an agentkeepalive agent, whose options are kept.',
    })
  }
  const { options } = agent as unknown as { options: Record<string, unknown> }
  const { freeSocketTimeout, timeout } = options
  const isDefaultTimeout =
    typeof freeSocketTimeout === 'number' && timeout === Math.max(freeSocketTimeout * 2, KEEPALIVE_TIMEOUT)
  return Object.fromEntries(
    Object.entries(options).filter(
      ([key, value]) =>
        !NOT_CARRIED.has(key) && value !== undefined && !(key === 'timeout' && isDefaultTimeout),
    ),
  )
}

/** Node's own classes, and agentkeepalive's, of which there may be several copies. */
function isPlainAgent(agent: unknown): agent is HttpAgent {
  return agent instanceof HttpAgent && isPoolingClass(Object.getPrototypeOf(agent))
}

/** Tells whether a prototype is that of Node's own agents, or of agentkeepalive's. */
export function isPoolingClass(prototype: object): boolean {
  if (prototype === HttpAgent.prototype || prototype === HttpsAgent.prototype) return true
  const isKeepAlive = 'freeSocketKeepAliveTimeout' in prototype && 'calcSocketTimeout' in prototype
  return (
    isKeepAlive &&
    Object.hasOwn(prototype, 'constructor') &&
    /^(?:Https?)?Agent$/.test(prototype.constructor.name)
  )
}
