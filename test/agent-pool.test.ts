import { get } from 'node:http'
import { describe, expect, it } from 'vitest'
import { agentsFor, call } from './client-matrix.js'
import { concurrently, startServer, tally, wire } from './wire.js'

const sum = (counts: object) => Object.values(counts).reduce((total, count) => total + count, 0)

describe('the options of agentkeepalive keep their meaning', () => {
  it('getCurrentStatus counts sockets and requests, and no legs', async () => {
    const server = await startServer()
    const agents = agentsFor(server, {}, { maxSockets: 2 })
    await concurrently(4, 10, () => call(server.url, agents))
    const status = agents.http.getCurrentStatus()
    expect(status).toMatchObject({ createSocketCount: 2, requestCount: 10, errorSocketCount: 0 })
    expect([sum(status.freeSockets), sum(status.sockets), sum(status.requests)]).toEqual([2, 0, 0])
  })

  it('maxSockets counts connections whose handshake is under way', async () => {
    const server = await startServer({ delay: 20 })
    const agents = agentsFor(server, {}, { maxSockets: 3 })
    const done = concurrently(10, 10, () => call(server.url, agents))
    const status = () => agents.http.getCurrentStatus()
    await expect.poll(() => [sum(status().sockets), sum(status().requests)], { interval: 1 }).toEqual([3, 7])
    await done
    expect(server.connections).toBe(3)
  })

  it('maxTotalSockets holds for all origins together', async () => {
    const servers = [await startServer(), await startServer()]
    const origins = servers.map(({ origin }) => origin)
    const agents = agentsFor(servers[0], { origins }, { maxTotalSockets: 2 })
    const statuses = await concurrently(8, 16, async (i) => (await call(servers[i % 2].url, agents)).status)
    expect(tally(statuses)).toEqual({ 200: 16 })
    expect(Math.max(...servers.map(({ openConnections }) => openConnections))).toBeLessThanOrEqual(2)
  })

  it('maxFreeSockets closes what is too many', async () => {
    const server = await startServer()
    const agents = agentsFor(server, {}, { maxFreeSockets: 2 })
    await concurrently(6, 6, () => call(server.url, agents))
    expect(sum(agents.http.getCurrentStatus().freeSockets)).toBe(2)
    await expect.poll(() => server.openConnections).toBe(2)
  })

  it('freeSocketTimeout closes an idle connection', async () => {
    const server = await startServer()
    const agents = agentsFor(server, {}, { freeSocketTimeout: 30 })
    await call(server.url, agents)
    await expect.poll(() => server.openConnections).toBe(0)
    expect((await call(server.url, agents)).status).toBe(200)
    expect(server.connections).toBe(2)
  })

  it('options for one of the two agents', async () => {
    const server = await startServer()
    const agents = agentsFor(server, {}, { maxSockets: 5, http: { maxSockets: 1 } })
    await concurrently(5, 10, () => call(server.url, agents))
    expect(wire(server)).toMatchObject({ requests: 11, connections: 1 })
  })
})

describe('a slow answer', () => {
  it('is waited for, on a connection that was idle, and on one that came straight from another request', async () => {
    const server = await startServer({ delay: (record) => (record.path === '/slow' ? 200 : 0) })
    const agents = agentsFor(server, {}, { maxSockets: 1, freeSocketTimeout: 50 })
    await call(server.url, agents)
    const slow = () => call(`${server.origin}/slow`, agents)
    expect((await slow()).status).toBe(200)
    const both = await Promise.all([slow(), slow()])
    expect(both.map(({ status }) => status)).toEqual([200, 200])
    expect(server.connections).toBe(1)
  })

  it('ends with the timeout the agent was given, if no request has one', async () => {
    const server = await startServer({ delay: (record) => (record.path === '/slow' ? 500 : 0) })
    const agents = agentsFor(server, {}, { timeout: 100 })
    await call(server.url, agents)
    await expect(call(`${server.origin}/slow`, agents)).rejects.toMatchObject({ code: 'ERR_SOCKET_TIMEOUT' })
  })
})

describe('a connection', () => {
  it('is free again only when its answer was read', async () => {
    const server = await startServer()
    const agents = agentsFor(server)
    await new Promise<void>((resolve) => {
      get(server.url, { agent: agents.http }, () => resolve())
    })
    await call(server.url, agents)
    expect(server.connections).toBe(2)
  })

  it('whose answer nobody listens for is free all the same', async () => {
    const server = await startServer()
    const agents = agentsFor(server)
    await new Promise<void>((resolve) => get(server.url, { agent: agents.http }).on('close', resolve))
    await call(server.url, agents)
    expect(wire(server)).toMatchObject({ requests: 3, connections: 1 })
  })

  it('becomes the client’s own by an upgrade', async () => {
    const server = await startServer({
      upgrade: (_request, socket) => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n')
        socket.pipe(socket)
      },
    })
    const agents = agentsFor(server)
    const echoed = await new Promise((resolve, reject) => {
      const headers = { connection: 'Upgrade', upgrade: 'echo' }
      const request = get(server.url, { agent: agents.http, headers })
      request.on('error', reject)
      request.on('upgrade', (_response, socket) => {
        socket.on('data', (data) => {
          resolve(String(data))
          socket.destroy()
        })
        socket.write('hello')
      })
    })
    expect(echoed).toBe('hello')
    expect(sum(agents.http.getCurrentStatus().sockets)).toBe(0)
    expect(server.log.map(({ leg }) => leg)).toEqual(['negotiate', 'authenticate'])
  })

  it('serves HEAD, PUT, PATCH, DELETE and Expect: 100-continue in turn', async () => {
    const server = await startServer()
    const agents = agentsFor(server)
    for (const method of ['HEAD', 'PUT', 'PATCH', 'DELETE', 'POST']) {
      const headers = method === 'POST' ? { expect: '100-continue', 'content-length': 1 } : {}
      const body = /HEAD|DELETE/.test(method) ? undefined : 'x'
      expect((await call(server.url, agents, { method, headers }, body)).status).toBe(200)
    }
    expect(wire(server)).toMatchObject({ requests: 6, connections: 1 })
  })

  it('takes a request whose fields are a list', async () => {
    const server = await startServer()
    const headers = ['Host', `127.0.0.1:${server.port}`, 'X-Mine', '1', 'X-Mine', '2']
    const answer = await call(server.url, agentsFor(server), { headers: headers as never })
    expect(answer).toMatchObject({ status: 200, user: 'alice' })
    expect(server.log.map((record) => record.headers['x-mine'])).toEqual(['1, 2', '1, 2'])
  })
})
