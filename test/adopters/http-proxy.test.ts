import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import httpProxy from 'http-proxy'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { startServer } from '../wire.js'
import { echoSocket, nextMessage } from './applications/echo-socket.js'
import { agentFor, authenticated, PROTOCOLS, seen } from './trial.js'

describe.each(PROTOCOLS)('http-proxy to %s', (_protocol, options) => {
  /** A development server that passes everything on, as the user it is started by. */
  async function startProxy(target: string, agent: ReturnType<typeof agentFor>): Promise<string> {
    const proxy = httpProxy.createProxyServer({ target, agent, changeOrigin: true })
    const front = createServer((request, response) => proxy.web(request, response))
    front.on('upgrade', (request, socket, head) => proxy.ws(request, socket, head))
    front.listen(0, '127.0.0.1')
    await once(front, 'listening')
    onTestFinished(() => {
      front.closeAllConnections()
      front.close()
    })
    return `http://127.0.0.1:${(front.address() as AddressInfo).port}`
  }

  it('passes requests and bodies on as the user of its agent, on one connection', async () => {
    const server = await startServer(options)
    const front = await startProxy(server.origin, agentFor(server))

    const got = await fetch(`${front}/page`)
    const posted = await fetch(`${front}/form`, { method: 'POST', body: 'x'.repeat(200_000) })

    expect(await got.json()).toMatchObject({ user: 'alice', path: '/page' })
    expect(await posted.json()).toMatchObject({ user: 'alice', bodyBytes: 200_000 })
    expect(seen(server)).toEqual(authenticated(2))
  })

  it('passes WebSockets on', async () => {
    const server = await startServer({ ...options, upgrade: echoSocket() })
    const front = await startProxy(server.origin, agentFor(server))

    const webSocket = new WebSocket(front.replace(/^http/, 'ws'))
    expect(await nextMessage(webSocket)).toBe('You are alice')
    webSocket.send('hello')
    expect(await nextMessage(webSocket)).toBe('hello')
    webSocket.terminate()

    expect(seen(server)).toMatchObject({ connections: 1, users: { alice: 1 } })
  })
})
