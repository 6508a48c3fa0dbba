import { type OpenSession, sessions } from '../clients/index.js'

/** What a client's own errors say, whatever each calls them: see own-errors.ts. */
export type OwnError =
  | 'connection lost'
  | 'answer cut short'
  | 'parse error'
  | 'TLS error'
  | 'timeout'
  | 'abort'

/** One client, and what the table has to know of it. */
export interface ClientUnderTest {
  name: string
  open: OpenSession
  transport: 'undici' | 'node:http'
  /**
   * Whether a request of it can go again: undici's requests are ours until they are answered, and axios and got send
   * one again when asked to. A bare agent, and a got stream, have handed it to Node by then (rule 5).
   */
  replays: boolean
  /** Listeners that the client itself leaves on a signal, with any dispatcher or agent: fetch holds them weakly. */
  listenersLeft: number
  /**
   * Whether a body stays half sent, for ever, where its answer came and ended before: Node 20 to 24 wait for a 'drain'
   * that nobody emits any more, with any agent. It ends with the agent.
   */
  stallsAtEarlyAnswer: boolean
}

const BARE: ReadonlySet<string> = new Set(['http.request', 'got stream'])
const ON_UNDICI: ReadonlySet<string> = new Set(['undici request', 'undici fetch', 'the fetch of Node'])

export const CLIENTS: readonly ClientUnderTest[] = Object.entries(sessions).map(([name, open]) => ({
  name,
  open,
  transport: ON_UNDICI.has(name) ? 'undici' : 'node:http',
  replays: !BARE.has(name),
  stallsAtEarlyAnswer: name === 'http.request',
  listenersLeft: /fetch/.test(name) ? 1 : 0,
}))
