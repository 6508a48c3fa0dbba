import { types } from 'node:util'
import type { Dispatcher } from 'undici'

type Body = Dispatcher.DispatchOptions['body']

/** Of a request's body, what decides how it may travel. */
export interface BodyTraits {
  hasBody: boolean
  /** True if it can be sent a second time: bytes and forms can, streams and iterators cannot. */
  replayable: boolean
}

/** Looks at a body without reading any of it. */
export function bodyTraits(body: Body): BodyTraits {
  if (body === null || body === undefined) return { hasBody: false, replayable: true }
  if (typeof body === 'string') return { hasBody: body.length > 0, replayable: true }
  if (types.isArrayBufferView(body) || types.isAnyArrayBuffer(body)) {
    return { hasBody: body.byteLength > 0, replayable: true }
  }
  return { hasBody: true, replayable: Array.isArray(body) || /^(?:FormData|Blob|File)$/.test(tagOf(body)) }
}

function tagOf(body: object): string {
  return (body as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] ?? ''
}

/** A Node stream, as far as it matters here. */
interface StreamBody {
  readonly errored?: Error | null
  on(event: 'error', listener: (error: Error) => void): void
  off(event: 'error', listener: (error: Error) => void): void
  destroy(error?: Error): void
}

function isStream(body: unknown): body is StreamBody {
  const candidate = body as Partial<StreamBody> & { pipe?: unknown }
  return typeof candidate?.pipe === 'function' && typeof candidate.on === 'function'
}

/**
 * Listens for a stream's failure while it waits for its connection, as undici does from its dispatch on.
 *
 * @returns how to stop listening.
 */
export function watchBody(body: Body, failed: (error: Error) => void): () => void {
  if (!isStream(body)) return () => {}
  if (body.errored) queueMicrotask(() => failed(body.errored as Error))
  body.on('error', failed)
  return () => body.off('error', failed)
}

/** Lets go of a body that will not be sent, so that its file or socket is closed. */
export function discardBody(body: Body, reason: Error): void {
  if (isStream(body)) {
    body.on('error', () => {})
    body.destroy(reason)
    return
  }
  if (body instanceof ReadableStream && !body.locked) body.cancel(reason).catch(() => {})
}
