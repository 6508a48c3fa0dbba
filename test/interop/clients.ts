import { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import * as undici from 'undici'

/** A request as the suites write it, whichever client makes it. */
export interface CallOptions {
  method: 'GET' | 'POST'
  body?: Buffer
  /** Send the body as a stream, of which the client knows no length. */
  stream?: boolean
}

/** What the servers of the laboratory echo. */
export interface Echo {
  user: string | null
  method: string
  bodyBytes: number
  bodySha256: string
  /** The client's port: one a connection. */
  connectionPort: number
}

export interface Reply {
  status: number
  /** Undefined for an answer that is no JSON: an error page. */
  json?: Echo
}

export type Call = (dispatcher: Dispatcher, url: string, options: CallOptions) => Promise<Reply>

/** The clients that take a Dispatcher. */
export const clients: Record<string, Call> = {
  async 'undici request'(dispatcher, url, { method, body, stream }) {
    const sent = stream ? Readable.from(chunks(body!)) : body
    const response = await undici.request(url, { dispatcher, method, body: sent })
    return reply(response.statusCode, await response.body.text())
  },

  async 'undici fetch'(dispatcher, url, { method, body, stream }) {
    const sent = stream ? Readable.toWeb(Readable.from(chunks(body!))) : body
    const response = await undici.fetch(url, { dispatcher, method, body: sent as never, duplex: 'half' })
    return reply(response.status, await response.text())
  },

  async 'the fetch of Node'(dispatcher, url, { method, body, stream }) {
    const sent = stream ? Readable.toWeb(Readable.from(chunks(body!))) : body
    const init = { dispatcher, method, body: sent, duplex: 'half' } as unknown as RequestInit
    const response = await fetch(url, init)
    return reply(response.status, await response.text())
  },
}

export function* chunks(body: Buffer): Iterable<Buffer> {
  for (let start = 0; start < body.length; start += 65_536) yield body.subarray(start, start + 65_536)
}

export function reply(status: number, text: string): Reply {
  try {
    return { status, json: JSON.parse(text) as Echo }
  } catch {
    return { status }
  }
}
