import { type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { agentsFor, axiosFor, CLIENTS, call, gotFor } from './client-matrix.js'
import { concurrently, startServer, tally } from './wire.js'

/** A server that remembers its sockets, and answers what `answer` does not. */
async function serverWithSockets(answer?: (request: IncomingMessage) => boolean) {
  const sockets = new Set<Socket>()
  const server = await startServer({
    handler: (request, response) => {
      sockets.add(request.socket)
      if (answer?.(request)) return
      request.resume()
      request.once('end', () => response.end(JSON.stringify({ user: request.ntlm?.username })))
    },
  })
  const closeIdle = () => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }
  return { server, closeIdle }
}

describe('idle connections that the server closed before the request is made', () => {
  it.each(CLIENTS)('%s: 30 of 30 GETs succeed', async (_name, make) => {
    const { server, closeIdle } = await serverWithSockets()
    const client = make(server)
    const statuses = await concurrently(1, 30, async () => {
      closeIdle()
      return (await client.get()).status
    })
    expect(tally(statuses)).toEqual({ 200: 30 })
    expect(server.connections).toBe(30)
  })

  it.each(CLIENTS.slice(0, 4))('%s: 20 of 20 POSTs succeed, each sent once', async (_name, make) => {
    const { server, closeIdle } = await serverWithSockets()
    const client = make(server)
    const statuses = await concurrently(1, 20, async () => {
      closeIdle()
      return (await client.post(Buffer.from('abc'))).status
    })
    expect(tally(statuses)).toEqual({ 200: 20 })
    expect(server.log.filter(({ method }) => method === 'POST')).toHaveLength(20)
  })
})

describe('connections that close under a request', () => {
  /** Closes every other authenticated connection under the request after its first. */
  async function crossingServer() {
    const seen = new WeakSet<Socket>()
    const received: string[] = []
    const { server } = await serverWithSockets((request) => {
      received.push(request.method!)
      if (!seen.has(request.socket)) {
        seen.add(request.socket)
        return false
      }
      request.socket.destroy()
      return true
    })
    return { server, received }
  }

  it('axios: 30 of 30 GETs succeed', async () => {
    const { server } = await crossingServer()
    const instance = axiosFor(server)
    const statuses = await concurrently(1, 30, async () => (await instance.get('/')).status)
    expect(tally(statuses)).toEqual({ 200: 30 })
  })

  it('got: 30 of 30 GETs succeed, whatever its own retry is set to', async () => {
    const { server } = await crossingServer()
    const instance = gotFor(server, {}, { retry: { limit: 1 } })
    const started = performance.now()
    const statuses = await concurrently(1, 30, async () => (await instance('')).statusCode)
    expect(tally(statuses)).toEqual({ 200: 30 })
    expect(performance.now() - started).toBeLessThan(10_000)
  })

  it.each([
    [
      'axios',
      (server: Parameters<typeof axiosFor>[0]) => {
        const instance = axiosFor(server)
        return () => instance.post('/', 'abc')
      },
    ],
    [
      'got',
      (server: Parameters<typeof axiosFor>[0]) => {
        const instance = gotFor(server)
        return () => instance.post('', { body: 'abc' })
      },
    ],
  ] as const)('%s: a POST is never sent twice', async (_name, poster) => {
    const { server, received } = await crossingServer()
    const post = poster(server)
    await post()
    await expect(post()).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect(received).toEqual(['POST', 'POST'])
  })

  it('a bare agent: 30 of 30 GETs succeed, as each can be written again', async () => {
    const { server } = await crossingServer()
    const agents = agentsFor(server)
    const statuses = await concurrently(1, 30, async () => (await call(server.url, agents)).status)
    expect(tally(statuses)).toEqual({ 200: 30 })
  })

  it('a bare agent, and a POST: Node’s own error, on a request that says its socket was used before', async () => {
    const { server, received } = await crossingServer()
    const agents = agentsFor(server)
    await call(server.url, agents, { method: 'POST' }, 'abc')
    const [error, reused] = await new Promise<[NodeJS.ErrnoException, boolean]>((resolve) => {
      const sent = request(server.url, { agent: agents.http, method: 'POST' })
      sent.on('error', (reason) => resolve([reason, sent.reusedSocket]))
      sent.end('abc')
    })
    expect([error.code, error.message, reused]).toEqual(['ECONNRESET', 'socket hang up', true])
    expect(received).toEqual(['POST', 'POST'])
  })

  it('also where the socket came straight from another request', async () => {
    const { server } = await crossingServer()
    const agents = agentsFor(server, {}, { maxSockets: 1 })
    const post = () =>
      new Promise<string>((resolve) => {
        const sent = request(server.url, { agent: agents.http, method: 'POST' }, (response) => {
          response.resume().on('end', () => resolve('answered'))
        })
        sent.on('error', (error: NodeJS.ErrnoException) => resolve(`${error.code} ${sent.reusedSocket}`))
        sent.end('abc')
      })
    expect(await Promise.all([post(), post()])).toEqual(['answered', 'ECONNRESET true'])
  })
})
