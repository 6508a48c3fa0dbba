import { type CallOptions, streamOf } from '#clients'

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT'

/** One request that a suite makes: as whom, through which client, and what is sent. */
export interface AskedRequest {
  readonly client: string
  /** Without its domain. */
  readonly user: string
  readonly method: Method
  /** How the client is given the body. */
  readonly body: 'none' | 'buffer' | 'stream'
}

/** Clients that cannot send a request again which was handed to node:http. */
const NEVER_AGAIN: ReadonlySet<string> = new Set(['http.request', 'got stream'])

/** A client that keeps what it needs to send a request again: its method and body do not count here. */
export function repeats({ client }: AskedRequest): boolean {
  return !NEVER_AGAIN.has(client)
}

/** A request that HTTP lets go again when nobody can tell what became of it, of a client that can do that. */
export function isRepeatable(asked: AskedRequest): boolean {
  return asked.method !== 'POST' && repeats(asked)
}

/** @param pieceSize of a stream, in bytes. */
export function bodyOption(
  { body }: AskedRequest,
  bytes: Buffer,
  pieceSize: number,
): Pick<CallOptions, 'body'> {
  if (body === 'none') return {}
  return { body: body === 'stream' ? streamOf(bytes, pieceSize) : bytes }
}
