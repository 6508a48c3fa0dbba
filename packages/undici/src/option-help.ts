import { OPTION_HELP, type OptionHelp, TLS_OPTIONS } from '@ntlmkit/transport'

/** Options of NtlmAgent beside those of every package. */
export const OWN_NAMES = ['connections', 'connect', 'client', 'others'] as const

/** Options of undici's Client that leave a connection to one request at a time. */
export const CLIENT_OPTIONS = [
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
] as const

/** The options of a connection that are written by hand. */
export const CONNECT_OPTIONS: readonly string[] = [
  ...TLS_OPTIONS,
  'ALPNProtocols',
  'lookup',
  'servername',
  'socketPath',
  'timeout',
]

/** The options that are refused, each with the harm to a handshake that spans several requests on one socket. */
export const BREAKS_PINNING: Readonly<Record<string, string>> = {
  allowH2: 'HTTP/2 shares one connection, and NTLM authenticates it whole: leave it out.',
  pipelining: 'A connection serves one exchange at a time: leave it out; more connections serve more.',
  maxRequestsPerClient: 'It would close the connection between the legs of a handshake: leave it out.',
  keepAliveTimeoutThreshold: 'It would close the connection between the legs of a handshake: leave it out.',
  maxCachedSessions: 'A resumed TLS session has no certificate to bind to: leave it out.',
  connect: 'Give it beside client: new NtlmAgent({ connect, client }).',
  tls: 'Give TLS options as connect: new NtlmAgent({ connect: { ca } }).',
}

const LIMIT = 'The most connections to one origin are connections: new NtlmAgent({ connections }).'
const KEPT = "A connection is kept open anyway, as long as undici's client: { keepAliveTimeout } says."

/** Options of the agents of node:http, each with what has its place here. */
export const NAMES_OF_AGENTS: Readonly<Record<string, string>> = {
  freeSocketTimeout: KEPT,
  keepAlive: KEPT,
  keepAliveMsecs: KEPT,
  maxConnections: LIMIT,
  maxFreeSockets: LIMIT,
  maxSockets: LIMIT,
  maxTotalSockets: LIMIT,
  timeout:
    "handshakeTimeout bounds connecting and the handshake, undici's client: { headersTimeout } the wait for an answer.",
}

function helpWith(others: readonly string[]): OptionHelp {
  return {
    others: [...OWN_NAMES, ...others],
    places: [
      {
        names: Object.keys(BREAKS_PINNING).filter((name) => name !== 'connect'),
        says: (name) => BREAKS_PINNING[name],
      },
      { names: Object.keys(NAMES_OF_AGENTS), says: (name) => NAMES_OF_AGENTS[name] },
      { names: CLIENT_OPTIONS, says: (name) => `Options of undici's Client go into client: { ${name} }.` },
      { names: CONNECT_OPTIONS, says: (name) => `TLS options go into connect: { ${name} }.` },
      { names: ['connector'], says: () => 'A connector is given as connect.' },
      {
        names: ['dispatcher'],
        says: () => 'The dispatcher of the requests to all other origins is given as others.',
      },
      {
        names: ['agent', 'httpAgent', 'httpsAgent', 'proxy', 'proxyTunnel', 'requestTls', 'proxyTls', 'via'],
        says: () =>
          'undici takes no agents of node:http: give connect a connector that opens the connections.',
      },
    ],
  }
}

const HELP = helpWith([])
const HELP_FOR_IDENTITIES = helpWith(['max'])

/** The options with what NtlmAgent says of unknown ones. */
export function withHelp<T extends object>(options: T): T {
  return { [OPTION_HELP]: HELP, ...options }
}

/** As {@link withHelp}, for `identities`. */
export function withIdentitiesHelp<T extends object>(options: T): T {
  return { [OPTION_HELP]: HELP_FOR_IDENTITIES, ...options }
}
