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

/**
 * Whether what it takes to send a request again may be there: all of it was given at once. A stream of got writes the
 * bytes it is given in pieces.
 */
export function repeats({ client, body }: AskedRequest): boolean {
  return body === 'none' || client !== 'got stream'
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
