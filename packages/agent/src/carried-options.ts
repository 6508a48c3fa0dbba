import { Agent as HttpAgent } from 'node:http'
import { TLS_OPTIONS } from '@ntlmkit/transport'
import AgentKeepAlive from 'agentkeepalive'
import type { PoolOptions } from './agent-options.js'

/** Options that every agent has of itself, or that the agents made here decide: the user made no agent for them. */
const NOT_CARRIED: ReadonlySet<string> = new Set([
  'path',
  'keepAlive',
  'maxCachedSessions',
  'ALPNProtocols',
  'defaultPort',
  'protocol',
])

/** The options of a connection or a pool, apart from those of TLS. An agent that adds to requests has others of its own. */
export const CONNECTION_OPTIONS = [
  'autoSelectFamily',
  'autoSelectFamilyAttemptTimeout',
  'family',
  'freeSocketTimeout',
  'hints',
  'keepAliveMsecs',
  'localAddress',
  'localPort',
  'lookup',
  'maxFreeSockets',
  'maxSockets',
  'maxTotalSockets',
  'noDelay',
  'scheduling',
  'servername',
  'socketActiveTTL',
  'timeout',
] as const

const KNOWN: ReadonlySet<string> = new Set([...CONNECTION_OPTIONS, ...TLS_OPTIONS])

/** agentkeepalive fills in its default timeout: at least this, or twice as long as a free socket lives. */
const KEEPALIVE_TIMEOUT = 8000

type Options = Readonly<Record<string, unknown>>

/** What an agent has that was made without any option. */
const FILLED_IN: readonly Options[] = [
  optionsOf(new HttpAgent()),
  optionsOf(new (AgentKeepAlive.HttpAgent as unknown as typeof HttpAgent)()),
]

/**
 * The options that somebody made an agent for: its certificates, its pool's sizes, its time-outs. Empty for one that
 * was made without any.
 *
 * @param isPlain false for an agent that has options of its own beside those of a pool.
 */
export function carriedOptions(agent: object, isPlain: boolean): PoolOptions {
  const options = optionsOf(agent)
  const { freeSocketTimeout, timeout } = options
  const isDefaultTimeout =
    typeof freeSocketTimeout === 'number' && timeout === Math.max(freeSocketTimeout * 2, KEEPALIVE_TIMEOUT)
  return Object.fromEntries(
    Object.entries(options).filter(
      ([name, value]) =>
        !NOT_CARRIED.has(name) &&
        (isPlain || KNOWN.has(name)) &&
        value !== undefined &&
        value !== null &&
        !(name === 'timeout' && isDefaultTimeout) &&
        !FILLED_IN.some((filled) => filled[name] === value),
    ),
  )
}

function optionsOf(agent: object): Options {
  return { ...(agent as { options?: Options }).options }
}
