import type { FlatHeaders } from './request-headers.js'

/** Bytes of a body of known length that are read before the request goes: then it can go again. */
const MAX_READ = 64 * 1024

type Chunk = Uint8Array | string

/**
 * Tells whether a body that could be sent once only is small, and says so: then it is read first. `fetch` gives
 * every body as an iterator, a string too.
 */
export function isSmall(body: unknown, headers: FlatHeaders): body is AsyncIterable<Chunk> {
  if (typeof body !== 'object' || body === null || !(Symbol.asyncIterator in body)) return false
  const length = contentLength(headers)
  return length !== undefined && length <= MAX_READ
}

/**
 * Reads a small body to its end.
 *
 * @returns the bytes; or, where it is longer than it said, an iterator of all of it, for undici to refuse.
 */
export async function readSmall(body: AsyncIterable<Chunk>): Promise<Buffer | AsyncIterable<Chunk>> {
  const iterator = body[Symbol.asyncIterator]()
  const chunks: Chunk[] = []
  let size = 0
  for (;;) {
    const { done, value } = await iterator.next()
    if (done)
      return Buffer.concat(chunks.map((chunk) => (typeof chunk === 'string' ? Buffer.from(chunk) : chunk)))
    chunks.push(value)
    size += value.length
    if (size > MAX_READ) return allOf(chunks, iterator)
  }
}

async function* allOf(chunks: readonly Chunk[], rest: AsyncIterator<Chunk>): AsyncIterable<Chunk> {
  yield* chunks
  yield* { [Symbol.asyncIterator]: () => rest }
}

function contentLength(headers: FlatHeaders): number | undefined {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]
    if (name.length !== 14 || String(name).toLowerCase() !== 'content-length') continue
    const length = Number(headers[i + 1])
    return Number.isInteger(length) ? length : undefined
  }
  return undefined
}
