import type { Readable } from 'node:stream'

/** Who and where: what a client is made from. */
export interface Identity {
  /** The one origin that may see credentials. */
  origin: string
  username: string
  password: string
  /** A certificate to trust beside the usual ones, PEM. */
  ca?: string
}

/** One request, in terms that every client can put in its own. */
export interface DemoRequest {
  url: string
  method: 'GET' | 'POST'
  body?: string | Readable
}

/** A client with a pool of connections of its own. */
export interface DemoClient {
  /** Sends the request, reads the response to its end, and gives its status. */
  send(request: DemoRequest): Promise<number>
  close(): Promise<void>
}

/** A client the demonstration shows: one file beside this one, and a line in `index.ts`. */
export interface ShownClient {
  name: string
  open(identity: Identity): DemoClient
}
