import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { CLIENTS } from './client-matrix.js'
import { concurrently, legs, startServer, tally, wire } from './wire.js'

const FIVE_MB = 5_000_000

const pieces = function* () {
  for (let start = 0; start < FIVE_MB; start += 50_000) yield Buffer.alloc(50_000, 'ntlmkit')
}

describe.each([
  ['http', {}],
  ['https, channel binding required', { tls: true, channelBinding: 'require' }],
] as const)('over %s', (_protocol, options) => {
  describe.each(CLIENTS.slice(0, 4))('%s', (_client, make) => {
    it('1 GET is 2 requests on 1 connection', async () => {
      const server = await startServer(options)
      expect(await make(server).get()).toMatchObject({ status: 200, user: 'alice' })
      expect(legs(server)).toEqual(['HEAD negotiate 401', 'GET authenticate 200'])
      expect(server.connections).toBe(1)
    })

    it('40 GETs in turn are 41 requests on 1 connection', async () => {
      const server = await startServer(options)
      const client = make(server)
      const users = await concurrently(1, 40, async () => (await client.get()).user)
      expect(tally(users)).toEqual({ alice: 40 })
      expect(wire(server)).toMatchObject({ requests: 41, connections: 1 })
    })

    it.each([
      [undefined, 50, 10],
      [3, 43, 3],
    ])(
      '40 GETs at concurrency 10 with maxSockets %s are %i requests on %i connections',
      async (maxSockets, requests, connections) => {
        const server = await startServer(options)
        const client = make(server, {}, maxSockets === undefined ? {} : { maxSockets })
        const users = await concurrently(10, 40, async () => (await client.get()).user)
        expect(tally(users)).toEqual({ alice: 40 })
        expect(wire(server)).toMatchObject({ requests, connections })
        expect(server.log.filter(({ violation }) => violation)).toEqual([])
      },
    )
  })
})

describe.each(CLIENTS)('%s', (_client, make) => {
  it.each<[string, () => Buffer | Readable]>([
    ['a buffer', () => Buffer.alloc(FIVE_MB, 'ntlmkit')],
    ['a stream', () => Readable.from(pieces())],
  ])('sends a 5 MB POST from %s once', async (_kind, body) => {
    const server = await startServer()
    expect(await make(server).post(body())).toMatchObject({ status: 200, user: 'alice' })
    expect(wire(server)).toEqual({ requests: 2, connections: 1, bodyBytes: FIVE_MB })
    expect(server.log[0]).toMatchObject({ method: 'HEAD', bodyBytes: 0 })
  })

  it('makes 30 GETs at concurrency 10 with maxSockets 2: 32 requests on 2 connections', async () => {
    const server = await startServer()
    const client = make(server, {}, { maxSockets: 2 })
    const users = await concurrently(10, 30, async () => (await client.get()).user)
    expect(tally(users)).toEqual({ alice: 30 })
    expect(wire(server)).toMatchObject({ requests: 32, connections: 2 })
  })

  it('puts nothing of ours on the wire but Authorization, and that only in the handshake', async () => {
    const server = await startServer()
    const client = make(server)
    for (let i = 0; i < 3; i++) await client.get()
    const fields = server.log.map(({ headers }) => Object.keys(headers).sort().join())
    const [negotiate, authenticate, ...later] = fields
    expect(negotiate).toBe(authenticate)
    expect(later).toEqual(later.map(() => authenticate.replace('authorization,', '')))
  })
})
