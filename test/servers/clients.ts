import { Readable } from 'node:stream'
import { ReadableStream } from 'node:stream/web'
import { ntlmAgents } from '@ntlmkit/agent'
import { NtlmAgent } from '@ntlmkit/undici'
import fetchOnNodeHttp from 'node-fetch'
import * as undici from 'undici'
import { type CallOptions, type OpenSession, sessions } from '../clients/index.js'
import { IDLE, reply } from '../clients/session.js'

interface FetchHeaders extends Iterable<[string, string]> {
  getSetCookie?(): string[]
  raw?(): Record<string, string[]>
}
type Fetch = (
  url: string,
  init: object,
) => Promise<{ status: number; headers: FetchHeaders; text(): Promise<string> }>

/** One call of any fetch, with each `set-cookie` on its own. */
async function callFetch(fetch: Fetch, through: object, url: string, options: CallOptions, body: unknown) {
  const { method, headers, follow, timeout, signal } = options
  const redirect = follow ? 'follow' : 'manual'
  // On Node 20 a signal that nobody else holds may be collected before it fires.
  const limit = timeout === undefined ? signal : AbortSignal.timeout(timeout)
  const init = { ...through, method, headers, redirect, signal: limit, body, duplex: 'half' }
  const response = await fetch(url, init)
  const cookies = response.headers.getSetCookie?.() ?? response.headers.raw?.()['set-cookie']
  const fields = { ...Object.fromEntries(response.headers), 'set-cookie': cookies }
  return reply(response.status, fields, await response.text())
}

/** A fetch that takes a dispatcher: undici's, and that of Node. */
function onDispatcher(fetch: Fetch): OpenSession {
  return ({ ca, ...identity }, { connections, idle = IDLE } = {}) => {
    const dispatcher = new NtlmAgent({ ...identity, connections, client: { keepAliveTimeout: idle } })
    return {
      call(url, options = {}) {
        const { body } = options
        const sent = body instanceof Readable ? ReadableStream.from(body) : body
        return callFetch(fetch, { dispatcher }, url, options, sent)
      },
      close: () => dispatcher.close(),
    }
  }
}

const withNodeFetch: OpenSession = ({ ca, ...identity }, { connections, idle = IDLE } = {}) => {
  const agents = ntlmAgents(identity, { freeSocketTimeout: idle, maxSockets: connections })
  return {
    call: (url, options = {}) =>
      callFetch(fetchOnNodeHttp as unknown as Fetch, { agent: agents.http }, url, options, options.body),
    close: async () => agents.destroy(),
  }
}

export interface Client {
  readonly name: string
  readonly open: OpenSession
  /** Follows redirects when it is told to. */
  readonly follows: boolean
  /** A body from memory is a stream to it too, which waits until the request is on a connection. */
  readonly onlyStreams: boolean
}

function client(name: string, open: OpenSession = sessions[name], traits: Partial<Client> = {}): Client {
  return { name, open, follows: true, onlyStreams: false, ...traits }
}

/** Every client that the issue names, each on its own transport. */
export const CLIENTS: readonly Client[] = [
  client('undici request', sessions['undici request'], { follows: false }),
  client('undici fetch', onDispatcher(undici.fetch as unknown as Fetch)),
  client('the fetch of Node', onDispatcher(globalThis.fetch as unknown as Fetch)),
  client('http.request', sessions['http.request'], { follows: false }),
  client('node-fetch', withNodeFetch),
  client('axios'),
  client('got'),
  client('got stream', sessions['got stream'], { onlyStreams: true }),
]

/** Those whose requests go through node:http. */
export const ON_NODE_HTTP = new Set(['http.request', 'node-fetch', 'axios', 'got', 'got stream'])
