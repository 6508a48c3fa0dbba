import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { pathOf } from './request-record.js'

/** The answer of {@link echo}. */
export interface Echo {
  method: string
  path: string
  /** Null on an anonymous path. */
  user: string | null
  domain: string | null
  bodyBytes: number
  /** Hex. */
  bodySha256: string
}

/** Tells, as JSON, what arrived and as whom. Hashes the body as it comes: none of it is kept. */
export async function echo(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const hash = createHash('sha256')
  let bodyBytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    hash.update(chunk)
    bodyBytes += chunk.length
  }
  const answer: Echo = {
    method: request.method ?? '',
    path: pathOf(request),
    user: request.ntlm?.username ?? null,
    domain: request.ntlm?.domain ?? null,
    bodyBytes,
    bodySha256: hash.digest('hex'),
  }
  const body = Buffer.from(JSON.stringify(answer))
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length })
  response.end(body)
}
