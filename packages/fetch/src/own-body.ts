import {
  ReadableStream,
  type ReadableStreamDefaultReader,
  type ReadableStreamReadResult,
} from 'node:stream/web'
import { FormData } from 'undici'

/** Bytes of a Request's body that are read before it goes: as many as the agent sends again if a server asks late. */
const MAX_READ = 64 * 1024
/** Turns of the event loop that the next piece of a body may take to count as at hand. */
const MAX_TURNS = 20

const LATE = Symbol('late')

/** A FormData of any class as undici's, and anything else as it is. */
export function ownFormData(body: unknown): unknown {
  if (!isForeignFormData(body)) return body
  const own = new FormData()
  for (const [name, value] of body) own.append(name, value as string)
  return own
}

function isForeignFormData(body: unknown): body is Iterable<[string, unknown]> {
  if (typeof body !== 'object' || body === null || body instanceof FormData) return false
  const { append, getAll } = body as Record<string, unknown>
  const isNamed = (body as Record<symbol, unknown>)[Symbol.toStringTag] === 'FormData'
  return isNamed && typeof append === 'function' && typeof getAll === 'function'
}

/**
 * Reads a Request's body to its end where it is small and there already: a Request has made a stream of a string, and
 * without its length it would go in chunks, and once only.
 *
 * @returns the bytes, or a stream of all of it.
 */
export async function wholeIfAtHand(
  stream: ReadableStream<Uint8Array>,
): Promise<Uint8Array | ReadableStream<Uint8Array>> {
  const reader = stream.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const reading = reader.read()
    const read = await Promise.race([reading, someTurns()])
    if (read === LATE) return allOf(chunks, reading, reader)
    if (read.done) return Buffer.concat(chunks)
    chunks.push(read.value)
    size += read.value.byteLength
    if (size > MAX_READ) return allOf(chunks, reader.read(), reader)
  }
}

async function someTurns(): Promise<typeof LATE> {
  for (let turn = 0; turn < MAX_TURNS; turn++) await new Promise((resolve) => setImmediate(resolve))
  return LATE
}

/** The pieces that were read, and then the others as they are asked for. */
function allOf(
  chunks: Uint8Array[],
  first: Promise<ReadableStreamReadResult<Uint8Array>>,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array> {
  let next: typeof first | undefined = first
  // Whoever gives the request up meanwhile does not ask for it.
  first.catch(() => {})
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
    },
    async pull(controller) {
      const { done, value } = await (next ?? reader.read())
      next = undefined
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel: (reason) => reader.cancel(reason),
  })
}
