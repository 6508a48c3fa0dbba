import { randomUUID } from 'node:crypto'
import type { Handler, UpgradeHandler } from '@ntlmkit/server'
import { type WebSocket, WebSocketServer } from 'ws'

/** SignalR's JSON protocol ends every message with a record separator. */
const END = '\u001e'
const HANDSHAKE_ANSWER = `{}${END}`

/** Message types of the protocol: an invocation, and its completion. */
const INVOCATION = 1
const COMPLETION = 3

/** A SignalR hub whose one method, `WhoAmI`, says who is connected: by WebSocket or by long polling. */
export function signalrHub(): { handler: Handler; upgrade: UpgradeHandler } {
  const sockets = new WebSocketServer({ noServer: true })
  const polled = new Map<string, PolledConnection>()

  return {
    handler: async (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://server')
      if (pathname.endsWith('/negotiate')) {
        request.resume()
        const token = randomUUID()
        polled.set(token, new PolledConnection())
        response.setHeader('content-type', 'application/json').end(JSON.stringify(negotiated(token)))
        return
      }
      const connection = polled.get(searchParams.get('id') ?? '')
      if (connection === undefined) response.writeHead(404).end()
      else if (request.method === 'GET') response.end(await connection.next())
      else if (request.method === 'DELETE') response.writeHead(202).end()
      else {
        const text = (await request.toArray()).join('')
        for (const answer of answersTo(text, request.ntlm?.username)) connection.push(answer)
        response.end()
      }
    },
    upgrade: (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, (webSocket: WebSocket) => {
        webSocket.on('message', (message) => {
          for (const answer of answersTo(String(message), request.ntlm?.username)) webSocket.send(answer)
        })
      })
    },
  }
}

function negotiated(connectionToken: string): object {
  return {
    negotiateVersion: 1,
    connectionId: connectionToken,
    connectionToken,
    availableTransports: ['WebSockets', 'LongPolling'].map((transport) => ({
      transport,
      transferFormats: ['Text'],
    })),
  }
}

function answersTo(text: string, user: string | undefined): string[] {
  return text.split(END).flatMap((record) => {
    if (record === '') return []
    const message = JSON.parse(record) as { protocol?: string; type?: number; invocationId?: string }
    if (message.protocol !== undefined) return [HANDSHAKE_ANSWER]
    if (message.type !== INVOCATION) return []
    return [`${JSON.stringify({ type: COMPLETION, invocationId: message.invocationId, result: user })}${END}`]
  })
}

/** What waits for the next poll, or the poll that waits for it. */
class PolledConnection {
  readonly #waiting: string[] = []
  #poll: ((message: string) => void) | undefined
  #isFirst = true

  push(message: string): void {
    if (this.#poll === undefined) this.#waiting.push(message)
    else this.#poll(message)
    this.#poll = undefined
  }

  /** The first poll only finds out whether the transport works: its answer is empty. */
  async next(): Promise<string> {
    const isFirst = this.#isFirst
    this.#isFirst = false
    if (isFirst) return ''
    return this.#waiting.shift() ?? new Promise((resolve) => (this.#poll = resolve))
  }
}
