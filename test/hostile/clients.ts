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

/**
 * Stands, among the requests of an attack, for the first leg of a GET: undici and fetch carry the NEGOTIATE on it, and
 * node:http, which can take no answer back, asks by HEAD (docs/rules.md, The first leg).
 */
export const FIRST = '<first leg>'

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

/** The first leg of a GET, by client. */
export const firstLeg = (client: string): string =>
  kindOf(client) === 'undici' ? 'GET NEGOTIATE' : 'HEAD NEGOTIATE'

/** Both kinds on node:http share a transport, and with it a parser. */
export function byTransport<T>(undici: T, nodeHttp: T): (client: string) => T {
  return byKind({ undici, replaying: nodeHttp, bare: nodeHttp })
}

/** Every way to begin a GET, where each is answered with something that is no HTTP: a HEAD says nothing then. */
export const EVERY_LEG = byTransport('GET NEGOTIATE', 'HEAD NEGOTIATE, GET NEGOTIATE')

/** Clients that have a short stream at hand once more when its request is refused; the body goes once with the others. */
const REPEATING_UPLOADS: ReadonlySet<string> = new Set(['http.request', 'axios'])

/** What differs for an upload of which a HEAD tells nothing, by whether its body can go again. */
export function byUpload<T>(once: T, again: T): (client: string) => T {
  return (client) => (REPEATING_UPLOADS.has(client) ? again : once)
}

/** What differs for a short body that is written at once, but which the client itself makes a stream of. */
export function unlessStreamed<T>(atOnce: T, streamed: T): (client: string) => T {
  return (client) => (client === 'got stream' ? streamed : atOnce)
}
