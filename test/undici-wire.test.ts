import { Readable } from 'node:stream'
import { FormData } from 'undici'
import { describe, expect, it } from 'vitest'
import { agentFor, call } from './undici-agents.js'
import { concurrently, legs, startServer, tally, wire } from './wire.js'

const FIVE_MB = 5_000_000

describe.each([
  ['http', {}],
  ['https, channel binding required', { tls: true, channelBinding: 'require' }],
  [
    'https, a SHA-384 certificate',
    { tls: { hash: 'sha384', signature: 'ecdsa' }, channelBinding: 'require' },
  ],
] as const)('over %s', (_name, options) => {
  it('1 GET is 2 requests on 1 connection', async () => {
    const server = await startServer(options)
    expect(await call(server.url, { dispatcher: agentFor(server) })).toMatchObject({
      status: 200,
      user: 'alice',
    })
    expect(legs(server)).toEqual(['GET negotiate 401', 'GET authenticate 200'])
    expect(server.connections).toBe(1)
    expect(server.log[1]).toMatchObject({ mic: true, targetName: `HTTP/127.0.0.1:${server.port}` })
  })

  it('40 GETs in turn are 41 requests on 1 connection', async () => {
    const server = await startServer(options)
    const dispatcher = agentFor(server)
    const statuses = await concurrently(1, 40, async () => (await call(server.url, { dispatcher })).status)
    expect(tally(statuses)).toEqual({ 200: 40 })
    expect(wire(server)).toMatchObject({ requests: 41, connections: 1 })
  })

  it.each([
    [undefined, 50, 10],
    [3, 43, 3],
    [1, 41, 1],
  ])(
    '40 GETs at concurrency 10 with connections: %s are %i requests on %i',
    async (connections, requests, expected) => {
      const server = await startServer(options)
      const dispatcher = agentFor(server, { connections })
      const users = await concurrently(10, 40, async () => (await call(server.url, { dispatcher })).user)
      expect(tally(users)).toEqual({ alice: 40 })
      expect(wire(server)).toMatchObject({ requests, connections: expected })
      expect(server.log.filter(({ violation }) => violation)).toEqual([])
    },
  )
})

describe('a 5 MB POST leaves once', () => {
  const payload = Buffer.alloc(FIVE_MB, 'ntlmkit')
  const pieces = function* () {
    for (let start = 0; start < FIVE_MB; start += 50_000) yield payload.subarray(start, start + 50_000)
  }
  const form = () => {
    const data = new FormData()
    data.set('file', new Blob([payload]), 'file.bin')
    return data
  }

  it.each<[string, () => unknown, number]>([
    ['a buffer', () => payload, FIVE_MB],
    ['a string', () => payload.toString('latin1'), FIVE_MB],
    ['a Readable', () => Readable.from(pieces()), FIVE_MB],
    ['an async iterable', () => asyncOf(pieces()), FIVE_MB],
    ['a web stream', () => new Blob([payload]).stream(), FIVE_MB],
    ['a Blob', () => new Blob([payload]), FIVE_MB],
    ['FormData', form, FIVE_MB + 1000],
  ])('from %s', async (_kind, body, most) => {
    const server = await startServer()
    const dispatcher = agentFor(server)
    expect(await call(server.url, { dispatcher, method: 'POST', body: body() as never })).toMatchObject({
      status: 200,
    })
    const { requests, connections, bodyBytes } = wire(server)
    expect({ requests, connections }).toEqual({ requests: 2, connections: 1 })
    expect(bodyBytes).toBeGreaterThanOrEqual(FIVE_MB)
    expect(bodyBytes).toBeLessThanOrEqual(most)
    expect(server.log[0]).toMatchObject({ method: 'HEAD', bodyBytes: 0 })
  })

  it('and is read no faster than the server takes it', async () => {
    const server = await startServer({
      handler: (request, response) =>
        void setTimeout(() => {
          request.resume()
          request.once('end', () => response.end())
        }, 300),
    })
    let produced = 0
    const body = asyncOf(
      (function* () {
        for (; produced < 200; produced++) yield Buffer.alloc(1_000_000)
      })(),
    )
    const done = call(server.url, { dispatcher: agentFor(server), method: 'POST', body: body as never })
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(produced).toBeLessThan(50)
    expect((await done).status).toBe(200)
  })
})

async function* asyncOf<T>(items: Iterable<T>): AsyncIterable<T> {
  yield* items
}

describe('a connection', () => {
  it.each(['HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE'] as const)(
    'serves again after a %s',
    async (method) => {
      const server = await startServer()
      const dispatcher = agentFor(server)
      const body = method === 'HEAD' || method === 'OPTIONS' ? undefined : 'x'
      for (let i = 0; i < 3; i++)
        expect((await call(server.url, { dispatcher, method, body })).status).toBe(200)
      expect(wire(server)).toMatchObject({ requests: 4, connections: 1 })
    },
  )

  it('carries nothing of ours but Authorization, and that only in the handshake', async () => {
    const server = await startServer()
    const dispatcher = agentFor(server)
    const headers = { 'x-mine': '1' }
    await call(server.url, { dispatcher, headers })
    await call(server.url, { dispatcher, headers })
    expect(server.log.map((record) => Object.keys(record.headers).sort())).toEqual([
      ['authorization', 'connection', 'host', 'x-mine'],
      ['authorization', 'connection', 'host', 'x-mine'],
      ['connection', 'host', 'x-mine'],
    ])
  })

  it('keeps a server’s short Keep-Alive between the legs', async () => {
    const server = await startServer({ keepAliveHeader: true, idleTimeout: 1000 })
    const dispatcher = agentFor(server)
    for (let i = 0; i < 3; i++) await call(server.url, { dispatcher })
    expect(wire(server)).toMatchObject({ requests: 4, connections: 1 })
  })

  it('is given up by one whose answer was not read, and found by the next', async () => {
    const server = await startServer()
    const dispatcher = agentFor(server, { connections: 1 })
    const { request } = await import('undici')
    const { body } = await request(server.url, { dispatcher })
    await body.dump()
    expect((await call(server.url, { dispatcher })).status).toBe(200)
    expect(wire(server)).toMatchObject({ requests: 3, connections: 1 })
  })
})
