import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { legs, startServer } from '../wire.js'
import { echoSocket, nextMessage } from './applications/echo-socket.js'
import { agentFor, PROTOCOLS, seen } from './trial.js'

describe.each(PROTOCOLS)('ws over %s', (_protocol, options) => {
  it('authenticates its upgrade through an agent', async () => {
    const server = await startServer({ ...options, upgrade: echoSocket() })
    const webSocket = new WebSocket(server.url.replace(/^http/, 'ws'), { agent: agentFor(server) })

    expect(await nextMessage(webSocket)).toBe('You are alice')
    webSocket.send('hello')
    expect(await nextMessage(webSocket)).toBe('hello')
    webSocket.close()

    expect(legs(server)).toEqual(['GET negotiate 401', 'GET authenticate 101'])
    expect(seen(server)).toMatchObject({ connections: 1, users: { alice: 1 } })
  })

  it('takes a connection for each WebSocket', async () => {
    const server = await startServer({ ...options, upgrade: echoSocket() })
    const agent = agentFor(server)
    const open = () => new WebSocket(server.url.replace(/^http/, 'ws'), { agent })

    const webSockets = [open(), open(), open()]
    const messages = await Promise.all(webSockets.map(nextMessage))
    for (const webSocket of webSockets) webSocket.close()

    expect(messages).toEqual(webSockets.map(() => 'You are alice'))
    expect(seen(server)).toMatchObject({ requests: 6, connections: 3, users: { alice: 3 }, failed: [] })
  })
})
