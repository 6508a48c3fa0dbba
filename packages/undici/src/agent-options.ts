import { inspect } from 'node:util'
import { NtlmError } from '@ntlmkit/core'
import { type NtlmOptions, ownOptions, type ResolvedNtlmOptions, resolveOptions } from '@ntlmkit/transport'
import { buildConnector, Client, type Dispatcher } from 'undici'
import { takenOnce } from './given-sockets.js'

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

const OWN_NAMES = ['connections', 'connect', 'client', 'others'] as const

const CLIENT_OPTIONS: ReadonlySet<string> = new Set([
  'autoSelectFamily',
  'autoSelectFamilyAttemptTimeout',
  'bodyTimeout',
  'connectTimeout',
  'headersTimeout',
  'keepAliveMaxTimeout',
  'keepAliveTimeout',
  'localAddress',
  'maxHeaderSize',
  'maxResponseSize',
  'socketPath',
  'strictContentLength',
])

/** A name that an option may have: anything else is none, and is not repeated. */
const OPTION_NAME = /^[a-z][a-z0-9]{0,30}$/i

/** The options that are refused, each with the harm to a handshake that spans several requests on one socket. */
const BREAKS_PINNING: Readonly<Record<string, string>> = {
  allowH2: 'HTTP/2 shares one connection, and NTLM authenticates it whole.',
  pipelining: 'A connection serves one exchange at a time; more connections serve more.',
  maxRequestsPerClient: 'It would close the connection between the legs of a handshake.',
  keepAliveTimeoutThreshold: 'It would close the connection between the legs of a handshake.',
  maxCachedSessions: 'A resumed TLS session has no certificate to bind to.',
  connect: 'Give it beside client: new NtlmAgent({ connect, client }).',
  tls: 'Give TLS options as connect: new NtlmAgent({ connect: { ca } }).',
}

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
  const client = ownOptions(given ?? {})
  const connect = typeof connectGiven === 'function' ? takenOnce(connectGiven) : connectGiven
  checkClientOptions(client)
  checkOthers(others)
  return {
    ntlm: resolveOptions(ntlm, OWN_NAMES),
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
    'The others option is no dispatcher.',
    'Give one of undici: others: new Agent({ connect }).',
  )
}

function connectionLimit(connections: number | null | undefined): number {
  if (connections === null || connections === undefined) return Number.POSITIVE_INFINITY
  if (Number.isInteger(connections) && connections > 0) return connections
  throw configError('The connections option is no whole number above 0.', 'It is one, or null for no limit.')
}

function checkClientOptions(client: object): void {
  for (const [name, value] of Object.entries(client)) {
    if (CLIENT_OPTIONS.has(name) || value === undefined || value === ALWAYS_SO[name]) continue
    const hint = BREAKS_PINNING[name] ?? `The options for the client are ${[...CLIENT_OPTIONS].join(', ')}.`
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
      'Give TLS options or a connector.',
    )
  }
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

function familySelection({ autoSelectFamily, autoSelectFamilyAttemptTimeout }: ClientOptions): ClientOptions {
  return { autoSelectFamily, autoSelectFamilyAttemptTimeout }
}

function configError(message: string, hint: string, cause?: unknown): NtlmError {
  return new NtlmError('ERR_NTLM_CONFIG', message, { hint, cause })
}
