import { sessions } from '../clients/index.js'

/** How a client goes about a handshake, which is all that may differ between two of them. */
export type Kind = 'undici' | 'replaying' | 'bare'

const KINDS: Readonly<Record<string, Kind>> = {
  'undici request': 'undici',
  'undici fetch': 'undici',
  'the fetch of Node': 'undici',
  axios: 'replaying',
  got: 'replaying',
  'got stream': 'bare',
  'http.request': 'bare',
}

export const CLIENTS = Object.keys(sessions)

export function kindOf(client: string): Kind {
  return KINDS[client] ?? 'bare'
}

/** The same for every client, or what it is for each. */
export type PerClient<T> = T | ((client: string) => T)

export function forClient<T>(value: PerClient<T>, client: string): T {
  return typeof value === 'function' ? (value as (client: string) => T)(client) : value
}

export function byKind<T>(values: Record<Kind, T>): (client: string) => T {
  return (client) => values[kindOf(client)]
}

/** Both kinds on node:http share a transport, and with it a parser. */
export function byTransport<T>(undici: T, nodeHttp: T): (client: string) => T {
  return byKind({ undici, replaying: nodeHttp, bare: nodeHttp })
}
