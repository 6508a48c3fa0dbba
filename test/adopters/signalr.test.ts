import {
  HttpClient,
  type HttpRequest,
  HttpResponse,
  HttpTransportType,
  HubConnectionBuilder,
  LogLevel,
} from '@microsoft/signalr'
import type { NtlmAgents } from '@ntlmkit/agent'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { startServer, tally } from '../wire.js'
import { signalrHub } from './applications/signalr-hub.js'
import { agentsFor, fetchFor, PROTOCOLS, seen } from './trial.js'

/** SignalR takes no fetch: it takes the few lines of a client over one. */
class NtlmHttpClient extends HttpClient {
  readonly #fetch: typeof fetch

  constructor(ntlmFetch: typeof fetch) {
    super()
    this.#fetch = ntlmFetch
  }

  async send({ url, method, headers, content, abortSignal }: HttpRequest): Promise<HttpResponse> {
    const abort = new AbortController()
    if (abortSignal?.aborted) abort.abort()
    if (abortSignal) abortSignal.onabort = () => abort.abort()
    const response = await this.#fetch(url!, {
      method,
      headers,
      body: content || undefined,
      signal: abort.signal,
    })
    return new HttpResponse(response.status, response.statusText, await response.text())
  }
}

/** Its WebSockets are those of `ws`, with an agent. */
function webSocketWith(agents: NtlmAgents) {
  return class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[], options?: object) {
      const agent = String(url).startsWith('wss:') ? agents.https : agents.http
      super(url, protocols, { ...options, agent })
    }
  }
}

describe.each(PROTOCOLS)('SignalR over %s', (_protocol, options) => {
  it.each([
    ['WebSockets', HttpTransportType.WebSockets],
    ['long polling', HttpTransportType.LongPolling],
  ])('calls a method of a hub by %s', async (_name, transport) => {
    const server = await startServer({ ...options, ...signalrHub() })
    // WebSocket is an option that the types of SignalR leave out.
    const connectionOptions = {
      transport,
      httpClient: new NtlmHttpClient(fetchFor(server)),
      WebSocket: webSocketWith(agentsFor(server)),
    }
    const connection = new HubConnectionBuilder()
      .withUrl(`${server.origin}/hub`, connectionOptions)
      .configureLogging(LogLevel.None)
      .build()
    onTestFinished(() => connection.stop())
    await connection.start()

    expect(await connection.invoke('WhoAmI')).toBe('alice')

    const users = server.log.filter(({ status }) => status !== 401 && status !== 0).map(({ user }) => user)
    expect(Object.keys(tally(users))).toEqual(['alice'])
    expect(seen(server).failed).toEqual([])
  })
})
