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
  /** Whether every body is written piece by piece, the bytes too: then none is there to be sent a second time. */
  streams: boolean
  /**
   * Whether it has no timeout but a signal. It is not a signal of AbortSignal.timeout here: on Node 20, one that was
   * given to AbortSignal.any may be collected before its time.
   */
  timesOutBySignal: boolean
  /** Whether the client itself sends a request again that was answered with a 421: fetch has to, by its standard. */
  repeatsMisdirected: boolean
  /**
   * Whether the client lets go of a stream that it could not send. With any dispatcher or agent, fetch does so when it
   * has begun to read it and fails of itself, and axios leaves it to its owner.
   */
  destroysBodies: 'always' | 'once begun' | 'never'
  /** Listeners that the client itself leaves on a signal, with any dispatcher or agent. */
  listenersLeft: number
}

const ON_UNDICI: ReadonlySet<string> = new Set(['undici request', 'undici fetch', 'the fetch of Node'])

const isFetch = (name: string) => /fetch/.test(name)

export const CLIENTS: readonly ClientUnderTest[] = Object.entries(sessions).map(([name, open]) => ({
  name,
  open,
  transport: ON_UNDICI.has(name) ? 'undici' : 'node:http',
  streams: name === 'got stream',
  timesOutBySignal: isFetch(name),
  repeatsMisdirected: isFetch(name),
  destroysBodies: name === 'axios' ? 'never' : isFetch(name) ? 'once begun' : 'always',
  listenersLeft: name === 'got stream' || isFetch(name) ? 1 : 0,
}))
