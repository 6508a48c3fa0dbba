import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:net'
import { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import type { NtlmServerOptions } from '@ntlmkit/server'
import { describe, expect, it, onTestFinished } from 'vitest'
import { agentsFor, CLIENTS, call, plainHttp } from './client-matrix.js'
import { concurrently, legs, startServer, tally, wire } from './wire.js'

const MAIN = CLIENTS.slice(0, 4)

/** The status, or the code of the error. */
const outcome = (sent: Promise<{ status: number }>) =>
  sent.then(
    ({ status }) => status,
    (error) => error.code,
  )

describe.each(MAIN)('%s: a server that', (_name, make) => {
  it.each<[string, Partial<NtlmServerOptions>, string, number]>([
    ['challenges with a truncated message', { malformed: 'truncated' }, 'ERR_NTLM_BAD_CHALLENGE', 1],
    ['challenges with nothing', { malformed: 'empty' }, 'ERR_NTLM_BAD_CHALLENGE', 2],
    ['closes with the challenge', { close: 'with-challenge' }, 'ERR_NTLM_CONNECTION_CLOSED', 3],
    ['closes behind the challenge', { close: 'after-challenge' }, 'ERR_NTLM_CONNECTION_CLOSED', 3],
  ])('%s is an error', async (_what, options, code, requests) => {
    const server = await startServer(options)
    expect(await outcome(make(server).get())).toBe(code)
    expect(wire(server).requests).toBe(requests)
    await expect.poll(() => server.openConnections).toBe(0)
  })

  it.each<[string, Partial<NtlmServerOptions>, number, number]>([
    ['closes with its first challenge', { close: 'with-challenge', closeTimes: 1 }, 3, 2],
    ['closes behind its first challenge', { close: 'after-challenge', closeTimes: 1 }, 3, 2],
    ['answers the first token with a bare 401', { kernelMode: true }, 3, 1],
    ['joins its challenges in one line', { schemes: ['negotiate', 'ntlm'], joined: true }, 2, 1],
    ['has a body of 900 KB on its 401', { refusalSize: 900_000, refusalChunked: true }, 2, 1],
  ])('%s authenticates', async (_what, options, requests, connections) => {
    const server = await startServer(options)
    expect(await make(server).get()).toMatchObject({ status: 200, user: 'alice' })
    expect(wire(server)).toMatchObject({ requests, connections })
  })

  it('wants each request authenticated gets that, on one connection', async () => {
    const server = await startServer({ persist: 'request' })
    const client = make(server)
    for (let i = 0; i < 3; i++) {
      expect(await client.post(Readable.from(['abc']))).toMatchObject({ status: 200, user: 'alice' })
    }
    expect(wire(server)).toEqual({ requests: 6, connections: 1, bodyBytes: 9 })
  })

  it('needs no authentication gets none, but for one HEAD', async () => {
    const server = await startServer({ anonymous: () => true })
    const client = make(server)
    for (let i = 0; i < 5; i++) expect((await client.get()).status).toBe(200)
    expect(wire(server)).toMatchObject({ requests: 6, connections: 1 })
  })

  it('is open in part is authenticated where it asks', async () => {
    const server = await startServer({ anonymous: ['/open'] })
    const client = make(server)
    expect((await client.get('/open')).status).toBe(200)
    const outcomes = [await client.get('/'), await client.get('/'), await client.get('/')]
    expect(outcomes.at(-1)).toMatchObject({ status: 200, user: 'alice' })
    expect(outcomes.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(1)
  })

  it('refuses HEAD authenticates the connection at another path, and the body is sent once, whole', async () => {
    const server = await startServer({ head: 405 })
    const client = make(server)
    const isAuthenticated = () => server.log.some(({ leg }) => leg === 'authenticate')
    const body = streamThatEndsBehind(isAuthenticated, 5000)
    expect(await client.post(body)).toMatchObject({ status: 200 })
    const sent = legs(server)
    // Never by the method itself without its body, which an application might act on.
    expect(sent.filter((leg) => leg.startsWith('POST'))).toHaveLength(1)
    expect(server.log.map(({ bodyBytes }) => bodyBytes)).toEqual([...sent.slice(1).map(() => 0), 5000])
  })
})

/** A body that ends late, however long that takes: one that is whole can be written again, and its request finds out. */
function streamThatEndsBehind(isReached: () => boolean, size: number): Readable {
  async function* chunks() {
    yield Buffer.alloc(size - 1)
    while (!isReached()) await setTimeout(5)
    yield Buffer.alloc(1)
  }
  return Readable.from(chunks())
}

describe('a bare agent', () => {
  // What was ended before it had its socket can be written again: nobody sees the 401 any more.
  it('is served the first time by a server that lets HEAD pass', async () => {
    const server = await startServer({ head: 200 })
    const client = plainHttp(server)
    expect(await client.get()).toMatchObject({ status: 200, user: 'alice' })
    expect(await client.get()).toMatchObject({ status: 200, user: 'alice' })
    expect(await client.post(Buffer.from('abc'))).toMatchObject({ status: 200, user: 'alice' })
  })

  it('and every time by a server that forgets connections', async () => {
    const server = await startServer({ persist: 2 })
    const client = plainHttp(server)
    const statuses = await concurrently(1, 6, async () => (await client.get()).status)
    expect(tally(statuses)).toEqual({ 200: 6 })
  })

  it('has the 401 as a response where no scheme of ours is offered', async () => {
    const server = await startServer({ schemes: ['negotiate'] })
    const agents = agentsFor(server, { schemes: ['ntlm'] })
    expect((await call(server.url, agents)).status).toBe(401)
  })

  it('and as an error under strict', async () => {
    const server = await startServer()
    const agents = agentsFor(server, { strict: true, password: 'wrong' })
    await expect(call(server.url, agents)).rejects.toMatchObject({ code: 'ERR_NTLM_REJECTED' })
    await expect.poll(() => server.openConnections).toBe(0)
    expect(legs(server)).toEqual(['HEAD negotiate 401', 'GET authenticate 401'])
  })

  it('never gives a refused connection to anybody', async () => {
    const server = await startServer()
    const agents = agentsFor(server, { password: 'wrong' }, { maxSockets: 1 })
    expect((await call(server.url, agents)).status).toBe(401)
    // Not tried again in its cool-down, but at another path once: missing rights look like a rejection.
    await expect(call(server.url, agents)).rejects.toMatchObject({ code: 'ERR_NTLM_REJECTED' })
    expect((await call(`${server.url}other`, agents)).status).toBe(401)
    expect(server.log.map(({ connection }) => connection)).toEqual([1, 1, 2, 2])
  })

  it('says what its answer was too large for', async () => {
    const server = await startServer({ head: 405, refusalSize: 2_000_000 })
    const sent = call(server.url, agentsFor(server), { method: 'POST' }, 'x')
    await expect(sent).rejects.toMatchObject({ code: 'ERR_NTLM_RESPONSE_TOO_LARGE' })
    await expect.poll(() => server.openConnections).toBe(0)
  })

  it('does not talk to what is no HTTP server for ever', async () => {
    let connections = 0
    const server = createServer((socket) => {
      connections++
      socket.on('error', () => {})
      socket.end('220 smtp ready\r\n')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as { port: number }
    const url = `http://127.0.0.1:${port}`
    await expect(call(url, agentsFor({ origin: url, url }))).rejects.toThrow()
    expect(connections).toBeLessThanOrEqual(3)
  })

  it('passes on the error of a server that is not there', async () => {
    const server = await startServer()
    const { url } = server
    const agents = agentsFor(server)
    await server.close()
    await expect(call(url, agents)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  it('and of a certificate that is not trusted', async () => {
    const server = await startServer({ tls: true })
    const agents = agentsFor({ ...server, origin: server.origin, url: server.url, ca: undefined })
    await expect(call(server.url, agents)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
    expect(server.log).toEqual([])
  })
})

describe('an origin outside origins', () => {
  it('gets the request without a token, on a connection that no other uses', async () => {
    const server = await startServer()
    const agents = agentsFor(server, { origins: 'https://intranet.corp' })
    expect((await call(server.url, agents)).status).toBe(401)
    expect((await call(server.url, agents)).status).toBe(401)
    expect(legs(server)).toEqual(['GET none 401', 'GET none 401'])
    expect(server.connections).toBe(1)
  })
})

describe('a request with an Authorization of its own', () => {
  it.each([
    ['as an object', { authorization: 'Bearer x' }],
    ['as a list', ['Host', 'x', 'Authorization', 'Bearer x']],
  ])('goes as it is on a connection of its own: %s', async (_kind, headers) => {
    const server = await startServer()
    const agents = agentsFor(server)
    await call(server.url, agents)
    const own = await call(server.url, agents, { headers: headers as never })
    expect(own.status).toBe(401)
    expect(server.log[2]).toMatchObject({ connection: 2, leg: 'none' })
    await call(server.url, agents)
    expect(server.log[3]).toMatchObject({ connection: 1, user: 'alice' })
  })
})

describe('over TLS', () => {
  const answerAndClose = (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(200, { connection: 'close' }).end()
  }

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'every connection is bound over %s, as no session is resumed',
    async (version) => {
      const tls = { options: { minVersion: version, maxVersion: version } }
      const server = await startServer({ tls, channelBinding: 'require', handler: answerAndClose })
      const agents = agentsFor(server)
      for (let i = 0; i < 4; i++) expect((await call(server.url, agents)).status).toBe(200)
      expect(server.connections).toBe(4)
    },
  )

  it('a server that prefers h2 speaks http/1.1', async () => {
    const server = await startServer({ tls: true, http2: 'challenge' })
    expect((await call(server.url, agentsFor(server))).status).toBe(200)
  })
})
