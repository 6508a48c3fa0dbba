import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { Readable } from 'node:stream'
import { NtlmAgent } from '@ntlmkit/undici'
import { fetch as undiciFetch } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { agentFor, call } from './undici-agents.js'
import { ALICE, BOB, concurrently, legs, startServer, tally, wire } from './wire.js'

const outcome = (promise: Promise<{ status: number }>) =>
  promise.then(
    ({ status }) => status,
    (error: { code?: string }) => error.code,
  )

/** A server that knows none of our schemes. */
async function startOffering(...challenges: string[]): Promise<{ origin: string; methods: string[] }> {
  const methods: string[] = []
  const server = createHttpServer((request, response) => {
    methods.push(request.method ?? '')
    request.resume()
    response.writeHead(401, { 'www-authenticate': challenges }).end('not like that')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, methods }
}

describe('a wrong password', () => {
  it('is a 401 after one attempt, with its body', async () => {
    const server = await startServer()
    const answer = await call(server.url, { dispatcher: agentFor(server, { password: 'wrong' }) })
    expect(answer).toMatchObject({ status: 401, text: expect.stringMatching(/\S/) })
    expect(legs(server)).toEqual(['GET negotiate 401', 'GET authenticate 401'])
    await expect.poll(() => server.openConnections).toBe(0)
  })

  it('is an error under strict', async () => {
    const server = await startServer()
    const dispatcher = agentFor(server, { password: 'wrong', strict: true })
    await expect(call(server.url, { dispatcher })).rejects.toMatchObject({
      code: 'ERR_NTLM_REJECTED',
      phase: 'authenticate',
      message: `${server.origin} rejected the NTLM credentials of LAB\\alice.`,
      hint: expect.stringContaining('password'),
    })
    expect(wire(server).requests).toBe(2)
  })

  it('costs one attempt also where the origin was taken for anonymous', async () => {
    const server = await startServer({ anonymous: ['/open'] })
    const dispatcher = agentFor(server, { password: 'wrong' })
    await call(`${server.origin}/open`, { dispatcher })
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => outcome(call(server.url, { dispatcher }))),
    )
    expect(tally(outcomes)).toEqual({ 401: 1, ERR_NTLM_REJECTED: 19 })
    expect(server.log.filter(({ leg }) => leg === 'authenticate')).toHaveLength(1)
  })

  it('does not send a stream more than once', async () => {
    const server = await startServer()
    const body = Readable.from([Buffer.alloc(100_000), Buffer.alloc(100_000)])
    const dispatcher = agentFor(server, { password: 'wrong' })
    expect(await outcome(call(server.url, { dispatcher, method: 'POST', body }))).toBe(401)
    expect(wire(server).bodyBytes).toBeLessThanOrEqual(200_000)
  })

  it('of a function is asked for again by the next request', async () => {
    const server = await startServer()
    const passwords = ['wrong', ALICE.password]
    const dispatcher = agentFor(server, { password: async () => passwords.shift() ?? '' })
    expect(await outcome(call(server.url, { dispatcher }))).toBe(401)
    expect(await outcome(call(server.url, { dispatcher }))).toBe(200)
  })
})

describe('a malformed challenge is an error, within 3 requests', () => {
  it.each(['truncated', 'empty', 'offset', 'length', 'signature', 'type', 'random', 'not-base64'] as const)(
    '%s',
    async (malformed) => {
      const server = await startServer({ malformed })
      const body = Readable.from(['x'])
      const sent = call(server.url, { dispatcher: agentFor(server), method: 'POST', body })
      await expect(sent).rejects.toMatchObject({ name: 'NtlmError', code: 'ERR_NTLM_BAD_CHALLENGE' })
      expect(wire(server).requests).toBeLessThanOrEqual(3)
      expect(wire(server).bodyBytes).toBe(0)
      expect(server.log.filter(({ leg }) => leg === 'authenticate')).toEqual([])
      expect(body.destroyed).toBe(true)
    },
  )
})

describe('a scheme that is not offered', () => {
  it('leaves the 401 as the response', async () => {
    const server = await startOffering('Basic realm="corp"', 'Bearer')
    const dispatcher = agentFor(server)
    expect(await call(server.origin, { dispatcher })).toMatchObject({ status: 401, text: 'not like that' })
    expect(server.methods).toEqual(['GET', 'GET'])
    await call(server.origin, { dispatcher })
    expect(server.methods).toEqual(['GET', 'GET', 'GET'])
  })

  it('is an error under strict, which names what is offered', async () => {
    const server = await startOffering('Basic realm="corp"')
    await expect(
      call(server.origin, { dispatcher: agentFor(server, { strict: true }) }),
    ).rejects.toMatchObject({
      code: 'ERR_NTLM_NOT_OFFERED',
      message: `${server.origin} offers basic; allowed are ntlm, negotiate.`,
    })
    expect(server.methods).toEqual(['GET', 'GET'])
  })

  it('is found among others, joined in one line', async () => {
    const server = await startServer({
      offers: ['Basic realm="a, NTLM b"', 'NTLM'],
      joined: true,
      offerAlways: true,
    })
    expect(await call(server.url, { dispatcher: agentFor(server) })).toMatchObject({
      status: 200,
      user: 'alice',
    })
  })
})

describe('a connection that does not last', () => {
  it.each([
    ['says so with the challenge', 'with-challenge'],
    ['closes behind the challenge without a word', 'after-challenge'],
  ] as const)('%s: 3 tries, then an error, and the body untouched', async (_how, close) => {
    const server = await startServer({ close })
    const body = Readable.from(['never'])
    const sent = call(server.url, { dispatcher: agentFor(server), method: 'POST', body })
    await expect(sent).rejects.toMatchObject({
      code: 'ERR_NTLM_CONNECTION_CLOSED',
      message: `${server.origin} closed the connection during the handshake.`,
    })
    expect(wire(server)).toMatchObject({ requests: 3, connections: 3, bodyBytes: 0 })
  })

  it.each(['with-challenge', 'after-challenge'] as const)('%s, once: the next one serves', async (close) => {
    const server = await startServer({ close, closeTimes: 1 })
    const body = Readable.from(['x'])
    expect(await outcome(call(server.url, { dispatcher: agentFor(server), method: 'POST', body }))).toBe(200)
    expect(wire(server)).toMatchObject({ requests: 3, connections: 2, bodyBytes: 1 })
  })

  it('after use, is not used again: 60 of 60 requests succeed', async () => {
    // Longer than a busy machine takes between two legs: what closes there may be a refusal.
    const server = await startServer({ idleTimeout: 400 })
    const dispatcher = agentFor(server)
    for (let i = 0; i < 15; i++) {
      const outcomes = await concurrently(4, 4, () => outcome(call(server.url, { dispatcher })))
      expect(tally(outcomes)).toEqual({ 200: 4 })
      await new Promise((resolve) => setTimeout(resolve, 330 + 10 * i))
    }
  })

  it('is the client’s own error where there is nothing to connect to', async () => {
    const server = await startServer()
    const { origin } = server
    const dispatcher = agentFor(server)
    await server.close()
    await expect(call(origin, { dispatcher })).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})

describe('a server that', () => {
  it('authenticates every request costs 2 a request, on one connection, after two surprises in a row', async () => {
    const server = await startServer({ persist: 'request', persistentAuthHeader: false })
    const dispatcher = agentFor(server)
    for (let i = 0; i < 3; i++) expect(await outcome(call(server.url, { dispatcher }))).toBe(200)
    const body = Readable.from([Buffer.alloc(1000)])
    expect(await outcome(call(server.url, { dispatcher, method: 'POST', body }))).toBe(200)
    expect(wire(server)).toEqual({ requests: 2 + 3 + 3 + 2, connections: 1, bodyBytes: 1000 })
  })

  it('says Persistent-Auth: false is never a surprise', async () => {
    const server = await startServer({ persist: 'request' })
    const dispatcher = agentFor(server)
    for (let i = 0; i < 3; i++) expect(await outcome(call(server.url, { dispatcher }))).toBe(200)
    expect(wire(server)).toMatchObject({ requests: 6, connections: 1 })
  })

  it('forgets the connection after some requests gets a new handshake on it', async () => {
    const server = await startServer({ persist: 5 })
    const dispatcher = agentFor(server)
    for (let i = 0; i < 12; i++) expect(await outcome(call(server.url, { dispatcher }))).toBe(200)
    expect(server.connections).toBe(1)
  })

  it.each([
    ['none, a body', () => ({ method: 'POST', body: 'abc' })],
    ['one on every other request', (i: number) => (i % 2 ? { headers: { host: 'intranet.corp' } } : {})],
  ] as const)(
    'forgets a connection over TLS, and its name is no address, gets a new handshake on it: own Host, %s',
    async (_, options) => {
      const server = await startServer({ tls: true, channelBinding: 'require', persist: 5 })
      const url = server.url.replace('127.0.0.1', 'localhost')
      const dispatcher = agentFor(server, { origins: new URL(url).origin })
      for (let i = 0; i < 12; i++) expect(await outcome(call(url, { dispatcher, ...options(i) }))).toBe(200)
      expect(server.connections).toBe(1)
    },
  )

  it('answers the first request of a connection with a bare 401, token or not', async () => {
    const server = await startServer({ kernelMode: true })
    expect(await outcome(call(server.url, { dispatcher: agentFor(server) }))).toBe(200)
    expect(legs(server)).toEqual(['GET negotiate 401', 'GET negotiate 401', 'GET authenticate 200'])
    expect(server.connections).toBe(1)
  })

  it.each([405, 404, 200] as const)(
    'answers HEAD with %i is asked in the request’s own method',
    async (head) => {
      const server = await startServer({ head })
      const dispatcher = agentFor(server)
      expect(await outcome(call(server.url, { dispatcher, method: 'POST', body: 'abc' }))).toBe(200)
      const stream = Readable.from(['defg'])
      expect(await outcome(call(server.url, { dispatcher, method: 'POST', body: stream }))).toBe(200)
      expect(server.log.at(-1)).toMatchObject({ user: 'alice', bodyBytes: 4 })
    },
  )

  it('refuses HEAD gets a stream once all the same', async () => {
    const server = await startServer({ head: 405 })
    const body = Readable.from([Buffer.alloc(5000)])
    expect(await outcome(call(server.url, { dispatcher: agentFor(server), method: 'POST', body }))).toBe(200)
    const elsewhere = ['GET negotiate 401', 'GET authenticate 200']
    expect(legs(server)).toEqual(['HEAD negotiate 405', ...elsewhere, 'POST none 200'])
    expect(server.log.map(({ bodyBytes }) => bodyBytes)).toEqual([0, 0, 0, 5000])
  })

  it('needs no authentication gets none, and not even a HEAD', async () => {
    const server = await startServer({ anonymous: () => true })
    const dispatcher = agentFor(server)
    for (let i = 0; i < 10; i++) expect(await outcome(call(server.url, { dispatcher }))).toBe(200)
    expect(wire(server)).toMatchObject({ requests: 10, connections: 1 })
  })

  it('is open in part is authenticated where it asks', async () => {
    const server = await startServer({ anonymous: ['/open'] })
    const dispatcher = agentFor(server)
    expect(await outcome(call(`${server.origin}/open`, { dispatcher }))).toBe(200)
    expect(await call(server.url, { dispatcher })).toMatchObject({ status: 200, user: 'alice' })
    const body = Readable.from(['x'])
    expect(await outcome(call(server.url, { dispatcher, method: 'POST', body }))).toBe(200)
    expect(server.connections).toBe(1)
  })

  it('has a body of 900 KB on its 401 is drained', async () => {
    const server = await startServer({ head: 405, refusalSize: 900_000, refusalChunked: true })
    const dispatcher = agentFor(server)
    expect(await outcome(call(server.url, { dispatcher, method: 'POST', body: 'x' }))).toBe(200)
    expect(server.connections).toBe(1)
  })

  it('has a body of 2 MB on its 401 is an error', async () => {
    const server = await startServer({ head: 405, refusalSize: 2_000_000 })
    const sent = call(server.url, { dispatcher: agentFor(server), method: 'POST', body: 'x' })
    await expect(sent).rejects.toMatchObject({ code: 'ERR_NTLM_RESPONSE_TOO_LARGE' })
    await expect.poll(() => server.openConnections).toBe(0)
  })

  it('sends a challenge without a timestamp gets no MIC', async () => {
    const server = await startServer({ timestamp: false })
    expect(await outcome(call(server.url, { dispatcher: agentFor(server) }))).toBe(200)
    expect(server.log[1]).toMatchObject({ mic: false })
  })
})

describe('Extended Protection', () => {
  it('refuses a client that does not bind', async () => {
    const server = await startServer({ tls: true, channelBinding: 'require' })
    const dispatcher = agentFor(server, { channelBinding: 'none' })
    expect(await outcome(call(server.url, { dispatcher }))).toBe(401)
    expect(server.log[1].failed).toBe('channel-binding-missing')
  })

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'binds every connection over %s, as no session is resumed',
    async (version) => {
      const tls = { options: { minVersion: version, maxVersion: version } }
      const server = await startServer({
        tls,
        channelBinding: 'require',
        handler: (_request, response) => void response.writeHead(200, { connection: 'close' }).end(),
      })
      const dispatcher = agentFor(server)
      for (let i = 0; i < 5; i++) expect(await outcome(call(server.url, { dispatcher }))).toBe(200)
      expect(server.connections).toBe(5)
    },
  )
})

describe('HTTP/2', () => {
  it('is not offered, so a server that prefers it speaks http/1.1', async () => {
    const server = await startServer({ tls: true, http2: 'challenge' })
    expect(await outcome(call(server.url, { dispatcher: agentFor(server) }))).toBe(200)
  })

  it('that a connector brings all the same is an error', async () => {
    const { buildConnector } = await import('undici')
    const server = await startServer({ tls: true, http2: 'challenge' })
    const connect = buildConnector({ ca: server.ca, allowH2: true })
    await expect(call(server.url, { dispatcher: agentFor(server, { connect }) })).rejects.toMatchObject({
      code: 'ERR_NTLM_HTTP2',
    })
    expect(wire(server).requests).toBe(0)
  })
})

describe('an origin outside origins', () => {
  it('gets the request without a token', async () => {
    const server = await startServer()
    const dispatcher = agentFor(server, { origins: 'https://intranet.corp' })
    expect(await outcome(call(server.url, { dispatcher }))).toBe(401)
    expect(legs(server)).toEqual(['GET none 401'])
  })

  it('gets no token by a redirect, while the same origin does not ask again', async () => {
    const foreign = await startServer({ anonymous: () => true })
    const server = await startServer({
      handler: (request, response) => {
        const location = request.url === '/away' ? foreign.url : '/here'
        const moved = request.url !== '/here'
        response.writeHead(moved ? 302 : 200, moved ? { location } : {}).end('there')
      },
    })
    const dispatcher = agentFor(server)
    const away = await undiciFetch(`${server.origin}/away`, { dispatcher })
    expect(away.status).toBe(200)
    expect(foreign.log.map(({ headers }) => headers.authorization)).toEqual([undefined])
    expect((await undiciFetch(`${server.origin}/near`, { dispatcher })).status).toBe(200)
    expect(server.connections).toBe(1)
  })
})

describe('a request with an Authorization of its own', () => {
  it('goes on a connection of its own, as it is', async () => {
    const server = await startServer()
    const dispatcher = agentFor(server)
    await call(server.url, { dispatcher })
    expect(await outcome(call(server.url, { dispatcher, headers: { authorization: 'Bearer x' } }))).toBe(401)
    expect(server.log[2]).toMatchObject({ connection: 2, leg: 'none' })
  })
})

describe('two users in one process', () => {
  it('never meet on a connection: 1,000 requests at concurrency 20', async () => {
    const server = await startServer()
    const agents = [agentFor(server), agentFor(server, BOB)]
    const users = await concurrently(
      20,
      1000,
      async (i) => (await call(server.url, { dispatcher: agents[i % 2] })).user,
    )
    expect(users).toEqual(users.map((_, i) => ['alice', 'bob'][i % 2]))
    const seen = new Map<number, Set<string | undefined>>()
    for (const { connection, user } of server.log.filter((record) => record.user)) {
      seen.set(connection, (seen.get(connection) ?? new Set()).add(user))
    }
    expect([...seen.values()].every((set) => set.size === 1)).toBe(true)
  })
})

describe('a POST on a connection that closes under it', () => {
  it('is the client’s own error, and never sent twice', async () => {
    let arrived = 0
    const server = await startServer({
      handler: (request, response) => {
        if (request.method !== 'POST') return void response.end('ok')
        arrived++
        request.socket.destroy()
      },
    })
    const dispatcher = agentFor(server)
    await call(server.url, { dispatcher })
    const sent = call(server.url, { dispatcher, method: 'POST', body: 'x' })
    await expect(sent).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' })
    expect(arrived).toBe(1)
  })

  it('but a GET goes once more, on a new connection', async () => {
    let failures = 1
    const server = await startServer({
      handler: (request, response) => {
        if (request.url === '/flaky' && failures-- > 0) return void request.socket.destroy()
        response.end('ok')
      },
    })
    const dispatcher = agentFor(server)
    await call(server.url, { dispatcher })
    expect(await outcome(call(`${server.origin}/flaky`, { dispatcher }))).toBe(200)
    expect(server.connections).toBe(2)
  })
})

describe('what is no HTTP server', () => {
  it('is an error, and not tried for ever', async () => {
    let connections = 0
    const server = createServer((socket) => {
      connections++
      socket.end('220 smtp ready\r\n')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as { port: number }
    const dispatcher = new NtlmAgent({ ...ALICE, origins: '*' })
    await expect(call(`http://127.0.0.1:${port}`, { dispatcher })).rejects.toThrow()
    expect(connections).toBeLessThanOrEqual(3)
    await dispatcher.destroy()
  })
})

describe('a server that ends each connection behind its answer, and does not say so', () => {
  it.each(['POST', 'PUT', 'DELETE'] as const)(
    'gets every %s in turn once, on connections that last',
    async (method) => {
      const server = createHttpServer((request, response) => {
        acts++
        request.resume().on('end', () => response.end('{}', () => request.socket.end()))
      })
      let acts = 0
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      onTestFinished(() => void server.close())
      const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const dispatcher = new NtlmAgent({ ...ALICE, origins: origin })
      onTestFinished(() => dispatcher.destroy())
      const asked = method === 'DELETE' ? {} : { body: '{}' }
      const outcomes = []
      for (let i = 0; i < 20; i++)
        outcomes.push(await outcome(call(origin, { dispatcher, method, ...asked })))
      expect(tally(outcomes)).toEqual({ 200: 20 })
      // And a HEAD before the first of those that have a body: it is let pass, and that is remembered.
      expect(acts).toBe(method === 'DELETE' ? 20 : 21)
    },
  )
})
