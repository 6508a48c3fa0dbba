import { Readable } from 'node:stream'
import { ReadableStream } from 'node:stream/web'
import { NtlmAgent } from '@ntlmkit/undici'
import type { Dispatcher } from 'undici'
import * as undici from 'undici'
import { type CallOptions, IDLE, type OpenSession, type Reply, reply } from './session.js'

type Call = (dispatcher: Dispatcher, url: string, options: CallOptions) => Promise<Reply>
type Fetch = (
  url: string,
  init: object,
) => Promise<{ status: number; headers: unknown; text(): Promise<string> }>

const request: Call = async (dispatcher, url, { timeout, follow: _, ...options }) => {
  const timeouts = timeout === undefined ? {} : { headersTimeout: timeout, bodyTimeout: timeout }
  const sent = { dispatcher, ...timeouts, ...options } as Parameters<typeof undici.request>[1]
  const { statusCode, headers, body } = await undici.request(url, sent)
  return reply(statusCode, headers, await body.text())
}

const fetchWith =
  (fetch: Fetch): Call =>
  async (dispatcher, url, { body, timeout, signal, follow, ...options }) => {
    const limit = timeLimit(timeout, signal)
    try {
      const response = await fetch(url, {
        dispatcher,
        // Not Readable.toWeb: what that makes throws where nobody catches it when it is cancelled in the middle, on Node 24.
        body: body instanceof Readable ? ReadableStream.from(body) : body,
        duplex: 'half',
        redirect: follow ? 'follow' : 'manual',
        signal: limit.signal,
        ...options,
      })
      const fields = Object.fromEntries(response.headers as Iterable<[string, string]>)
      return reply(response.status, fields, await response.text())
    } finally {
      limit.end()
    }
  }

/** A signal that is kept until its end: on Node 20 those of `AbortSignal.timeout` and `any` may be collected before. */
function timeLimit(timeout: number | undefined, signal: AbortSignal | undefined) {
  if (timeout === undefined) return { signal, end: () => {} }
  const controller = new AbortController()
  const abort = () => controller.abort(signal?.reason)
  const expire = () => controller.abort(new DOMException('The operation timed out.', 'TimeoutError'))
  const timer = setTimeout(expire, timeout)
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort, { once: true })
  const end = () => {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
  return { signal: controller.signal, end }
}

function onDispatcher(call: Call): OpenSession {
  return ({ ca, ...identity }, { connections, idle = IDLE } = {}) => {
    const client = { keepAliveTimeout: idle }
    const agent = new NtlmAgent({ ...identity, connections, connect: { ca }, client })
    return { call: (url, options = {}) => call(agent, url, options), close: () => agent.close() }
  }
}

export const undiciRequest = onDispatcher(request)
export const undiciFetch = onDispatcher(fetchWith(undici.fetch as Fetch))
export const nodeFetch = onDispatcher(fetchWith(globalThis.fetch as Fetch))
