import { inspect } from 'node:util'
import { NtlmError } from '@ntlmkit/core'
import { ownOptions } from '@ntlmkit/transport'
import type AgentKeepAlive from 'agentkeepalive'
import { meantOption } from './misspelt-options.js'
import { agentsOf, type GivenAgents, type Via } from './via.js'

/**
 * The options of agentkeepalive's and Node's agents: pool sizes (`maxSockets`, `maxTotalSockets`, `maxFreeSockets`),
 * `freeSocketTimeout`, `socketActiveTTL`, `timeout`, and for TLS `ca`, `cert`, `key`, `rejectUnauthorized`, ...
 *
 * One default differs: `timeout`, the milliseconds without a byte after which a connection in use is closed, is off
 * (agentkeepalive: 8 000), because a slow answer is no reason to close a connection that took a handshake.
 */
export type PoolOptions = AgentKeepAlive.HttpsOptions

/** {@link PoolOptions} for both agents, with what differs for one of them. */
export interface AgentOptions extends PoolOptions {
  /** For `http:` only. */
  http?: PoolOptions | undefined
  /** For `https:` only. */
  https?: PoolOptions | undefined
  /**
   * Another agent that opens the connections: one agent, or `{ http, https }`. The options of a plain `http.Agent` are
   * carried over, those given beside `via` first; any other makes the connection, TLS included, and NTLM authenticates
   * it. Default: connections are opened here.
   */
  via?: Via | null | undefined
}

/** {@link AgentOptions}, checked and by protocol. */
export interface ResolvedAgentOptions {
  http: PoolOptions
  https: PoolOptions
  /** What was said, without defaults. */
  said: { http: PoolOptions; https: PoolOptions }
  via: GivenAgents
}

/** The options that are refused, each with the harm to an authentication that belongs to the connection. */
const BREAKS_PINNING: Readonly<Record<string, string>> = {
  agent: 'Give it as `via`: it then opens the connections.',
  createConnection: 'Give an agent that opens connections in its own way as `via`.',
  host: 'It would lead all requests there, whatever host they name: leave it out.',
  port: 'It would lead all requests there, whatever port they name: leave it out.',
  proxyEnv: 'Give an agent that opens tunnels as `via`: new https.Agent({ proxyEnv }) is one for https URLs.',
  session: 'A resumed TLS session has no certificate to bind to.',
  via: 'Give it beside `http` and `https`: via: { http, https }.',
  socketPath: 'A local socket is no origin that could be named in the origins option.',
}

/** An agent shows its options to whoever looks at it: what is secret may not be among them. */
const CREDENTIALS = ['username', 'password', 'ntHash'] as const

/** @throws {NtlmError} ERR_NTLM_CONFIG for an option that breaks pinning. */
export function resolveAgentOptions(options: AgentOptions = {}): ResolvedAgentOptions {
  if (typeof options !== 'object' || options === null) {
    throw refused(
      'The agent options are no object.',
      'Write ntlmAgents(options, { maxSockets: 10, ca }), or leave them out.',
    )
  }
  const { http = {}, https = {}, via, ...both } = ownOptions(options)
  for (const given of [both, http, https]) checkSpelling(given)
  const said = { http: defined({ ...both, ...http }), https: defined({ ...both, ...https }) }
  return { http: poolOptions(said.http), https: poolOptions(said.https), said, via: agentsOf(via) }
}

/** An option that is undefined is absent: it takes the place of none. */
function defined(options: PoolOptions): PoolOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

/** @throws {NtlmError} ERR_NTLM_CONFIG for an option that breaks pinning. */
export function poolOptions(given: PoolOptions): PoolOptions {
  const options = ownOptions(given)
  for (const [name, hint] of Object.entries(BREAKS_PINNING)) {
    if ((options as Record<string, unknown>)[name] != null) {
      throw refused(`The agent option ${inspect(name)} cannot be honoured.`, hint)
    }
  }
  for (const name of CREDENTIALS) {
    if (name in options) {
      throw refused(
        `${inspect(name)} is no agent option.`,
        'Credentials belong into the options, which are the argument before these.',
      )
    }
  }
  checkKeepAlive(options)
  checkTls(options)
  return { timeout: 0, ...options, keepAlive: true, maxCachedSessions: 0, ALPNProtocols: ['http/1.1'] }
}

/**
 * Refuses what is nearly an option: of those given here, and of those that another agent lends.
 *
 * @throws {NtlmError} ERR_NTLM_CONFIG with the option that was meant.
 */
export function checkSpelling(options: PoolOptions): void {
  for (const name of Object.keys(options)) {
    const meant = meantOption(name)
    if (meant !== undefined) throw refused(`There is no agent option '${name}'.`, `Write '${meant}'.`)
  }
}

function checkKeepAlive({ keepAlive = true }: PoolOptions): void {
  if (keepAlive === true) return
  throw refused(
    'The agent option keepAlive is not true.',
    'NTLM authenticates a connection: it must live longer than one request.',
  )
}

function checkTls({ maxCachedSessions = 0, ALPNProtocols }: PoolOptions): void {
  if (maxCachedSessions > 0) {
    throw refused(`The agent option maxCachedSessions is ${maxCachedSessions}.`, BREAKS_PINNING.session)
  }
  if (ALPNProtocols === undefined) return
  if (Array.isArray(ALPNProtocols) && ALPNProtocols.length === 1 && String(ALPNProtocols[0]) === 'http/1.1')
    return
  throw refused(
    'The agent option ALPNProtocols names more than http/1.1.',
    "NTLM authenticates a connection and HTTP/2 shares it: leave it out, or give ['http/1.1'].",
  )
}

function refused(message: string, hint: string): NtlmError {
  return new NtlmError('ERR_NTLM_CONFIG', message, { hint })
}
