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

/** From 15 on got writes a body from memory piece by piece, and sends the request once more itself. */
const GOT_SENDS_AGAIN = Number(/got-(\d+)$/.exec(process.env.NTLMKIT_MATRIX_GOT ?? '')?.[1] ?? 14) >= 15

/** The requests of an upload that goes plainly, and goes again: by the agent, or by the client. */
export function plainUpload(head: string): (client: string) => string {
  return (client) => {
    if (client === 'got stream') return `${head}, GET NEGOTIATE`
    const bySelf = client === 'got' && GOT_SENDS_AGAIN
    return bySelf ? `${head}, POST none, POST NEGOTIATE` : `${head}, POST none`
  }
}
