import { inspect } from 'node:util'
import { NtlmError, nearestName } from '@ntlmkit/core'
import {
  checkOptionNames,
  type NtlmOptions,
  ownOptions,
  type ResolvedNtlmOptions,
  resolveOptions,
} from '@ntlmkit/transport'
import { buildConnector, Client, type Dispatcher } from 'undici'
import { takenOnce } from './given-sockets.js'
import { BREAKS_PINNING, CLIENT_OPTIONS, CONNECT_OPTIONS, NAMES_OF_AGENTS, withHelp } from './option-help.js'

/** Options of undici's Client that leave a connection to one request at a time. */
export type ClientOptions = Pick<
  Client.Options,
  | 'autoSelectFamily'
  | 'autoSelectFamilyAttemptTimeout'
  | 'bodyTimeout'
  | 'connectTimeout'
  | 'headersTimeout'
  | 'keepAliveMaxTimeout'
  | 'keepAliveTimeout'
  | 'localAddress'
  | 'maxHeaderSize'
  | 'maxResponseSize'
  | 'socketPath'
  | 'strictContentLength'
>

/** The options of {@link NtlmAgent}: {@link NtlmOptions} and its own. */
export interface NtlmAgentOptions extends NtlmOptions {
  /** Connections to one origin at most. Default: no limit, as undici's own pool. */
  connections?: number | null | undefined
  /**
   * How to connect to `origins`: options for TLS (`ca`, `cert`, `key`, `rejectUnauthorized`, ...), or a connector. They
   * hold for no other origin.
   */
  connect?: buildConnector.BuildOptions | buildConnector.connector | undefined
  /** Options for undici's Client, one of which serves each connection. Default: undici's own. */
  client?: ClientOptions | undefined
  /** The dispatcher of the requests to all other origins. Default: undici's global dispatcher. */
  others?: Dispatcher | undefined
}

/** {@link NtlmAgentOptions}, checked. */
export interface ResolvedAgentOptions {
  readonly ntlm: ResolvedNtlmOptions
  readonly connections: number
  readonly connector: buildConnector.connector
  readonly client: ClientOptions
  /** As given, but each socket once, for the requests to our origins that authenticate themselves. */
  readonly connect: NtlmAgentOptions['connect']
  readonly others: Dispatcher | undefined
}

/** A name that an option may have: anything else is none, and is not repeated. */
const OPTION_NAME = /^[a-z][a-z0-9_-]{0,39}$/i

/** Options that every connection has anyway: to ask for them is no mistake. */
const ALWAYS_SO: Readonly<Record<string, unknown>> = {
  allowH2: false,
  pipelining: 1,
  keepAliveTimeoutThreshold: 0,
  maxCachedSessions: 0,
}

/** @throws {NtlmError} ERR_NTLM_CONFIG for options that are unknown, contradictory, or break pinning. */
export function resolveAgentOptions(options: NtlmAgentOptions): ResolvedAgentOptions {
  const { connections, connect: connectGiven, client: given, others, ...ntlm } = ownOptions(options)
  checkOptionNames(withHelp(ntlm))
  const client = ownOptions(given ?? {})
  const connect = typeof connectGiven === 'function' ? takenOnce(connectGiven) : connectGiven
  checkClientOptions(client)
  checkOthers(others)
  return {
    ntlm: resolveOptions(withHelp(ntlm)),
    connections: connectionLimit(connections),
    connector: connectorOf(
      typeof connect === 'object' && connect !== null ? ownOptions(connect) : connect,
      client,
    ),
    client,
    connect,
    others,
  }
}

function checkOthers(others: unknown): void {
  if (others === undefined || typeof (others as Partial<Dispatcher> | null)?.dispatch === 'function') return
  throw configError(
    'The others option is no dispatcher: it has no dispatch().',
    'Give one of undici: others: new Agent({ connect }).',
  )
}

function connectionLimit(connections: number | null | undefined): number {
  if (connections === null || connections === undefined) return Number.POSITIVE_INFINITY
  if (Number.isInteger(connections) && connections > 0) return connections
  throw configError('The connections option is no whole number above 0.', 'It is one, or null for no limit.')
}

function hintForClient(name: string): string {
  const meant = nearestName(name, CLIENT_OPTIONS)
  const place = CONNECT_OPTIONS.includes(name) ? `TLS options go into connect: { ${name} }. ` : ''
  const elsewhere = NAMES_OF_AGENTS[name] === undefined ? place : `${NAMES_OF_AGENTS[name]} `
  const advice = meant === undefined ? elsewhere : `Did you mean '${meant}'? `
  return `${advice}The options for the client are ${CLIENT_OPTIONS.join(', ')}.`
}

function checkClientOptions(client: object): void {
  for (const [name, value] of Object.entries(client)) {
    if (
      (CLIENT_OPTIONS as readonly string[]).includes(name) ||
      value === undefined ||
      value === ALWAYS_SO[name]
    )
      continue
    const hint = BREAKS_PINNING[name] ?? hintForClient(name)
    const shown =
      name in BREAKS_PINNING || OPTION_NAME.test(name) ? `option ${inspect(name)}` : 'options have one that'
    throw configError(`The client ${shown} cannot be honoured.`, hint)
  }
  try {
    // Never used: undici checks the values here, and not when the first connection is made.
    new Client('http://localhost', ownOptions({ ...client, connect: () => {} }))
  } catch (cause) {
    throw configError(
      `The client options are refused by undici: ${(cause as Error).message}.`,
      'See the cause.',
      cause,
    )
  }
}

function connectorOf(connect: NtlmAgentOptions['connect'], client: ClientOptions): buildConnector.connector {
  if (typeof connect === 'function') return connect
  if (connect !== undefined && (typeof connect !== 'object' || connect === null)) {
    throw configError(
      'The connect option is neither an object nor a function.',
      'Give TLS options, connect: { ca }, or a connector of undici.',
    )
  }
  checkSpelling(connect)
  for (const name of ['allowH2', 'maxCachedSessions', 'session'] as const) {
    if (!(connect as Record<string, unknown> | undefined)?.[name]) continue
    const hint = name === 'allowH2' ? BREAKS_PINNING.allowH2 : BREAKS_PINNING.maxCachedSessions
    throw configError(`The connect option ${inspect(name)} cannot be honoured.`, hint)
  }
  return buildConnector(
    ownOptions({
      timeout: client.connectTimeout,
      socketPath: client.socketPath,
      ...(client.autoSelectFamily === undefined ? {} : familySelection(client)),
      ...connect,
      allowH2: false,
      maxCachedSessions: 0,
    }) as buildConnector.BuildOptions,
  )
}

/** One letter in six may be wrong: Node ignores what it does not know, and so would the certificate be. */
function checkSpelling(connect: object | undefined): void {
  for (const name of Object.keys(connect ?? {})) {
    const meant = nearestName(name, CONNECT_OPTIONS, 6)
    if (meant === undefined || meant === name) continue
    throw configError(`There is no connect option '${name}'.`, `Write '${meant}'.`)
  }
}

function familySelection({ autoSelectFamily, autoSelectFamilyAttemptTimeout }: ClientOptions): ClientOptions {
  return { autoSelectFamily, autoSelectFamilyAttemptTimeout }
}

function configError(message: string, hint: string, cause?: unknown): NtlmError {
  return new NtlmError('ERR_NTLM_CONFIG', message, { hint, cause })
}
