import type { IncomingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import type { NtlmOptions } from '@ntlmkit/transport'

/** Who asks, and whose certificate to trust beside the usual ones. */
export interface Identity extends NtlmOptions {
  ca?: string
}

/** The connections of a session. */
export interface Pool {
  /** To one origin at most. Default: no limit. */
  connections?: number
  /** Milliseconds after which an idle connection is closed. Default: 2 000, so that it ends with its test. */
  idle?: number
}

/** A request as the suites write it, whichever client makes it. */
export interface CallOptions {
  /** Default: `'GET'`. */
  method?: string
  headers?: Record<string, string>
  /** A stream is one of which the client knows no length, and which can be read once. */
  body?: Buffer | Readable
  signal?: AbortSignal
  /** Milliseconds that the client itself allows. Default: its own. */
  timeout?: number
  /** Follow redirects, with the clients that can. Default: the redirect is the answer. */
  follow?: boolean
}

/** What the servers of the suites echo; which of it depends on the server. */
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
  headers: IncomingHttpHeaders
  text: string
  /** Undefined for an answer that is no JSON: an error page. */
  json?: Echo
}

/** A client with an identity and a pool of connections of its own. */
export interface Session {
  /** The whole answer, whatever its status; rejects with the client's own error. */
  call(url: string, options?: CallOptions): Promise<Reply>
  /** Lets what is under way finish where the client can, and closes the connections it has a handle on. */
  close(): Promise<void>
}

export type OpenSession = (identity: Identity, pool?: Pool) => Session

export const IDLE = 2000

export function reply(status: number, headers: object, text: string): Reply {
  const answer = { status, headers: headers as IncomingHttpHeaders, text }
  try {
    return { ...answer, json: JSON.parse(text) as Echo }
  } catch {
    return answer
  }
}

/** The bytes in pieces, as a file is read. */
export function streamOf(bytes: Buffer, pieceSize = 65_536): Readable {
  return Readable.from(pieces(bytes, pieceSize), { objectMode: false })
}

function* pieces(bytes: Buffer, size: number): Iterable<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}
