import { createServer } from 'vite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { startServer } from '../wire.js'
import { echoSocket, nextMessage } from './applications/echo-socket.js'
import { agentFor, authenticated, PROTOCOLS, seen } from './trial.js'

describe.each(PROTOCOLS)('the proxy of a vite dev server to %s', (_protocol, options) => {
  async function startVite(target: string, agent: ReturnType<typeof agentFor>): Promise<string> {
    const vite = await createServer({
      configFile: false,
      logLevel: 'silent',
      optimizeDeps: { noDiscovery: true },
      server: {
        host: '127.0.0.1',
        port: 0,
        ws: false,
        watch: null,
        proxy: { '/api': { target, agent, changeOrigin: true, ws: true } },
      },
    })
    await vite.listen()
    onTestFinished(() => vite.close())
    return vite.resolvedUrls!.local[0].replace(/\/$/, '')
  }

  it('passes requests and bodies on as the user of its agent', async () => {
    const server = await startServer(options)
    const front = await startVite(server.origin, agentFor(server))

    const got = await fetch(`${front}/api/items`)
    const posted = await fetch(`${front}/api/items`, { method: 'POST', body: 'x'.repeat(200_000) })

    expect(await got.json()).toMatchObject({ user: 'alice', path: '/api/items' })
    expect(await posted.json()).toMatchObject({ user: 'alice', bodyBytes: 200_000 })
    expect(seen(server)).toEqual(authenticated(2))
  })

  it('passes WebSockets on', async () => {
    const server = await startServer({ ...options, upgrade: echoSocket() })
    const front = await startVite(server.origin, agentFor(server))

    const webSocket = new WebSocket(`${front.replace(/^http/, 'ws')}/api/live`)
    expect(await nextMessage(webSocket)).toBe('You are alice')
    webSocket.terminate()

    expect(seen(server)).toMatchObject({ connections: 1, users: { alice: 1 } })
  })
})
