import { WebSocket } from 'undici'
import { describe, expect, it } from 'vitest'
import { legs, startServer } from '../wire.js'
import { echoSocket, nextMessage } from './applications/echo-socket.js'
import { dispatcherFor, PROTOCOLS, seen } from './trial.js'

describe.each(PROTOCOLS)('undici WebSocket over %s', (_protocol, options) => {
  it('authenticates its upgrade through a dispatcher', async () => {
    const server = await startServer({ ...options, upgrade: echoSocket() })
    const webSocket = new WebSocket(server.url.replace(/^http/, 'ws'), { dispatcher: dispatcherFor(server) })

    expect(await nextMessage(webSocket)).toBe('You are alice')
    webSocket.send('hello')
    expect(await nextMessage(webSocket)).toBe('hello')
    webSocket.close()

    expect(legs(server)).toEqual(['GET negotiate 401', 'GET authenticate 101'])
    expect(seen(server)).toMatchObject({ connections: 1, users: { alice: 1 } })
  })
})
