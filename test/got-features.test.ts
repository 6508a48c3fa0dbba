import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ntlm } from '@ntlmkit/got'
import got from 'got'
import { describe, expect, it } from 'vitest'
import { gotFor } from './client-matrix.js'
import { ALICE, concurrently, startServer, wire } from './wire.js'

describe('what an instance has keeps working', () => {
  it('shortcuts, json, form, searchParams, headers', async () => {
    const server = await startServer()
    const instance = gotFor(server)
    expect(await instance('', { searchParams: { a: 1 } }).json()).toMatchObject({
      user: 'alice',
      path: '/?a=1',
    })
    expect(await instance.post('', { json: { a: 1 } }).json()).toMatchObject({ bodyBytes: 7 })
    expect(await instance.post('', { form: { a: 1 } }).json()).toMatchObject({ bodyBytes: 3 })
    expect(wire(server)).toMatchObject({ requests: 4, connections: 1 })
  })

  it('pagination, without asking again', async () => {
    const server = await startServer({
      handler: (request, response) => {
        const page = Number(new URL(request.url!, 'http://x').searchParams.get('page'))
        response.setHeader('Link', page < 3 ? `<?page=${page + 1}>; rel="next"` : '')
        response.end(JSON.stringify([page, request.ntlm?.username]))
      },
    })
    const pages = await gotFor(server).paginate.all('list', {
      searchParams: { page: 1 },
      responseType: 'json',
    })
    expect(pages).toEqual([1, 'alice', 2, 'alice', 3, 'alice'])
    expect(wire(server)).toMatchObject({ requests: 4, connections: 1 })
  })

  it('retry and hooks, which see final answers only', async () => {
    let failures = 1
    const server = await startServer({
      persist: 2,
      handler: (request, response) => {
        response.statusCode = request.url === '/flaky' && failures-- > 0 ? 503 : 200
        response.end('ok')
      },
    })
    const seen: number[] = []
    const instance = gotFor(
      server,
      {},
      {
        retry: { limit: 2, calculateDelay: ({ computedValue }) => Math.min(computedValue, 5) },
        hooks: {
          afterResponse: [
            (response) => {
              seen.push(response.statusCode)
              return response
            },
          ],
        },
      },
    ).extend({
      hooks: {
        afterResponse: [
          (response) => {
            seen.push(-response.statusCode)
            return response
          },
        ],
      },
    })
    await concurrently(1, 6, (i) => instance(i === 1 ? 'flaky' : ''))
    expect(seen.filter((status) => status === 200)).toHaveLength(6)
    expect(seen.filter((status) => status === -200)).toHaveLength(6)
    expect(seen).not.toContain(401)
  })

  it('a 401 that reaches got all the same is replayed, with its body', async () => {
    const server = await startServer({ persist: 2 })
    const instance = gotFor(server)
    const statuses = await concurrently(
      1,
      8,
      async () => (await instance.post('', { json: { a: 1 } })).statusCode,
    )
    expect(new Set(statuses)).toEqual(new Set([200]))
    const delivered = server.log.filter(({ method, status }) => method === 'POST' && status === 200)
    expect(delivered.map(({ bodyBytes }) => bodyBytes)).toEqual(delivered.map(() => 7))
  })

  it('a stream of which nothing is replayed says why', async () => {
    const server = await startServer({ persist: 2 })
    const instance = gotFor(server)
    const outcomes: unknown[] = []
    for (let i = 0; i < 6; i++) {
      const stream = instance.stream.post('')
      const sent = pipeline(Readable.from([Buffer.alloc(100)]), stream, async (body) =>
        Readable.from(body).toArray(),
      )
      outcomes.push(
        await sent.then(
          () => 200,
          ({ cause }) => cause.code,
        ),
      )
    }
    expect(new Set(outcomes)).toEqual(new Set([200, 'ERR_NTLM_BODY_NOT_REPLAYABLE']))
  })
})

describe('errors', () => {
  it('a 401 is got’s own, and its cause is why the server refused', async () => {
    const server = await startServer()
    const instance = gotFor(server, { password: 'wrong' })
    const refusal = { response: { statusCode: 401 }, cause: { code: 'ERR_NTLM_REJECTED' } }
    await expect(instance('')).rejects.toMatchObject(refusal)
    // In its cool-down the credential is not tried again where it was rejected.
    await expect(instance.stream('').toArray()).rejects.toMatchObject({ code: 'ERR_NTLM_REJECTED' })
    await expect(instance.stream('other').toArray()).rejects.toMatchObject(refusal)
    expect(server.log.filter(({ leg }) => leg === 'authenticate')).toHaveLength(2)
  })

  it('http2 is refused, of an instance and of a request', async () => {
    const server = await startServer()
    const refusal = { code: 'ERR_NTLM_CONFIG' }
    expect(() => gotFor(server, {}, { http2: true })).toThrow(expect.objectContaining(refusal))
    await expect(gotFor(server)('', { http2: true })).rejects.toMatchObject(refusal)
    expect(server.log).toEqual([])
  })
})

describe('origins', () => {
  it('are that of prefixUrl when absent, and no other', async () => {
    const [server, foreign] = [await startServer(), await startServer()]
    const instance = gotFor(server)
    expect((await instance('')).statusCode).toBe(200)
    await expect(instance(foreign.url, { prefixUrl: '' })).rejects.toMatchObject({
      response: { statusCode: 401 },
    })
    expect(foreign.log.map(({ leg }) => leg)).toEqual(['none'])
  })

  it('without either, nothing is sent', async () => {
    const server = await startServer()
    const instance = got.extend(ntlm(ALICE))
    await expect(instance(server.url)).rejects.toMatchObject({ code: 'ERR_NTLM_CONFIG' })
    expect(server.log).toEqual([])
  })
})
