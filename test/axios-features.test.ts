import { Agent as HttpsAgent } from 'node:https'
import { Readable } from 'node:stream'
import { ntlm } from '@ntlmkit/axios'
import type { NtlmServerOptions } from '@ntlmkit/server'
import AgentKeepAlive from 'agentkeepalive'
import axios, { type AxiosInstance } from 'axios'
import { wrapper } from 'axios-cookiejar-support'
import axiosRetry from 'axios-retry'
import { CookieJar } from 'tough-cookie'
import { describe, expect, it } from 'vitest'
import { axiosFor } from './client-matrix.js'
import { ALICE, concurrently, startServer, wire } from './wire.js'

describe('what an instance has keeps working, and sees one request and one response', () => {
  it('interceptors, transforms, validateStatus, defaults', async () => {
    const server = await startServer()
    const seen: string[] = []
    const instance = axiosFor(
      server,
      {},
      {
        headers: { 'x-default': 'yes' },
        transformRequest: [
          (data) => {
            seen.push('transformRequest')
            return JSON.stringify(data)
          },
        ],
        validateStatus: (status) => {
          seen.push(`validateStatus ${status}`)
          return status === 200
        },
      },
    )
    instance.interceptors.request.use((config) => {
      seen.push('request')
      return config
    })
    instance.interceptors.response.use((response) => {
      seen.push(`response ${response.status}`)
      return response
    })
    const { data, config } = await instance.post('/', { a: 1 })
    expect(seen).toEqual(['request', 'transformRequest', 'validateStatus 200', 'response 200'])
    expect(data).toMatchObject({ user: 'alice', bodyBytes: 7 })
    expect(config.httpAgent).toBeUndefined()
    expect(config.proxy).toBeUndefined()
    expect(server.log[1].headers['x-default']).toBe('yes')
  })

  it('progress events, and responseType stream', async () => {
    const server = await startServer()
    const instance = axiosFor(server)
    const progress: number[] = []
    const { data } = await instance.post('/', Buffer.alloc(500_000), {
      responseType: 'stream',
      onUploadProgress: ({ loaded }) => progress.push(loaded),
    })
    const text = (await (data as Readable).toArray()).join('')
    expect(JSON.parse(text)).toMatchObject({ bodyBytes: 500_000 })
    expect(progress.at(-1)).toBe(500_000)
    expect(progress).toEqual([...progress].sort((a, b) => a - b))
    await instance.get('/')
    expect(server.connections).toBe(1)
  })

  it('forms and blobs', async () => {
    const server = await startServer()
    const instance = axiosFor(server)
    const form = new FormData()
    form.set('file', new Blob([Buffer.alloc(1000)]), 'file.bin')
    expect((await instance.post('/', form)).data.bodyBytes).toBeGreaterThan(1000)
    expect((await instance.post('/', new Blob([Buffer.alloc(1000)]))).data.bodyBytes).toBe(1000)
    expect((await instance.postForm('/', { a: 1 })).status).toBe(200)
  })

  it('axios-retry', async () => {
    let failures = 2
    const server = await startServer({
      handler: (_request, response) => {
        response.statusCode = failures-- > 0 ? 503 : 200
        response.end('ok')
      },
    })
    const instance = axiosFor(server)
    axiosRetry(instance, { retries: 3, retryDelay: () => 1 })
    expect((await instance.get('/')).data).toBe('ok')
    expect(wire(server)).toMatchObject({ requests: 4, connections: 1 })
  })

  it.each([
    ['around', (instance: AxiosInstance) => ntlm(wrapper(instance), ALICE)],
    ['inside', (instance: AxiosInstance) => wrapper(ntlm(instance, ALICE))],
  ])('axios-cookiejar-support, put %s', async (_where, both) => {
    const server = await startServer({
      handler: (request, response) => {
        if (request.url === '/set') response.setHeader('Set-Cookie', 'form=digest')
        if (request.url === '/go') response.writeHead(302, { location: '/read', 'Set-Cookie': 'hop=1' })
        response.end(request.headers.cookie ?? 'none')
      },
    })
    const jar = new CookieJar()
    const instance = both(axios.create({ baseURL: server.origin, jar }))
    expect((await instance.get('/set')).data).toBe('none')
    expect((await instance.get('/read')).data).toBe('form=digest')
    expect((await instance.get('/go')).data).toBe('form=digest; hop=1')
    expect((await instance.post('/read', 'abc')).data).toBe('form=digest; hop=1')
    expect(server.log.filter(({ leg }) => leg === 'negotiate')).toHaveLength(server.connections)
  })

  it('an instance made from it', async () => {
    const server = await startServer()
    const made = axiosFor(server).create({ headers: { 'x-mine': '1' } })
    expect((await made.get('/')).data).toMatchObject({ user: 'alice' })
  })
})

describe('ntlm: false', () => {
  it('goes without credentials, on a connection that has seen none', async () => {
    const server = await startServer()
    const instance = axiosFor(server)
    await instance.get('/')
    await expect(instance.get('/', { ntlm: false })).rejects.toMatchObject({ response: { status: 401 } })
    expect(server.log[2]).toMatchObject({ connection: 2, leg: 'none' })
  })
})

/** A body that has not ended when its request gets a connection: what has can be written again. */
const slowStream = () =>
  Readable.from(
    (async function* () {
      yield Buffer.alloc(50)
      await new Promise((resolve) => setTimeout(resolve, 20))
      yield Buffer.alloc(50)
    })(),
  )

describe('a 401 that reaches axios all the same', () => {
  const forgetful: Partial<NtlmServerOptions> = { persist: 2 }

  it('is replayed, and nobody sees it', async () => {
    const server = await startServer(forgetful)
    const instance = axiosFor(server)
    const seen: number[] = []
    instance.interceptors.response.use(
      (response) => {
        seen.push(response.status)
        return response
      },
      (error) => {
        seen.push(error.response?.status)
        throw error
      },
    )
    await concurrently(1, 10, (i) => (i % 2 ? instance.get('/') : instance.post('/', { a: 1 })))
    expect(seen).toEqual(Array.from({ length: 10 }, () => 200))
    expect(server.log.filter(({ method, status }) => method === 'POST' && status === 200)).toHaveLength(5)
  })

  it('to a stream is an error that says why, and no empty body is sent', async () => {
    let forget = false
    const server = await startServer({ ...forgetful, delay: () => Number(forget) })
    const instance = axiosFor(server, {}, {}, { maxSockets: 1 })
    const outcomes: unknown[] = []
    for (let i = 0; i < 6; i++) {
      const sent = instance.post('/', slowStream())
      outcomes.push(
        await sent.then(
          ({ status }) => status,
          ({ code, cause }) => `${code} ${cause.code}`,
        ),
      )
    }
    forget = true
    const kinds = new Set(outcomes)
    expect(kinds).toEqual(new Set([200, 'ERR_BAD_REQUEST ERR_NTLM_BODY_NOT_REPLAYABLE']))
    const delivered = server.log.filter(({ method, status }) => method === 'POST' && status === 200)
    expect(delivered.every(({ bodyBytes }) => bodyBytes === 100)).toBe(true)
  })
})

describe('the cause of a 401', () => {
  it('is why the server refused', async () => {
    const server = await startServer()
    const error = await axiosFor(server, { password: 'wrong' })
      .get('/')
      .catch((reason) => reason)
    expect(axios.isAxiosError(error)).toBe(true)
    expect(error).toMatchObject({
      code: 'ERR_BAD_REQUEST',
      response: { status: 401 },
      cause: { code: 'ERR_NTLM_REJECTED', phase: 'authenticate' },
    })
    expect(JSON.stringify(error)).not.toContain('wrong')
  })
})

describe('agents that the instance had', () => {
  it('leave their options: CA, pool size', async () => {
    const server = await startServer({ tls: true, channelBinding: 'require' })
    const httpsAgent = new HttpsAgent({ ca: server.ca, maxSockets: 2 })
    const instance = ntlm(axios.create({ baseURL: server.origin, httpsAgent }), ALICE)
    await concurrently(8, 20, () => instance.get('/'))
    expect(wire(server)).toMatchObject({ requests: 22, connections: 2 })
    expect(httpsAgent.sockets).toEqual({})
  })

  it('also one of agentkeepalive', async () => {
    const server = await startServer()
    const httpAgent = new AgentKeepAlive({ maxSockets: 1 })
    const instance = ntlm(axios.create({ baseURL: server.origin, httpAgent }), ALICE)
    await concurrently(5, 10, () => instance.get('/'))
    expect(wire(server)).toMatchObject({ requests: 11, connections: 1 })
  })
})

describe('refused, as it could not work', () => {
  it.each([
    ['adapter fetch', { adapter: 'fetch' }, 'ERR_NTLM_CONFIG'],
    ['adapter xhr', { adapter: 'xhr' }, 'ERR_NTLM_CONFIG'],
    ['http2', { httpVersion: 2 }, 'ERR_NTLM_CONFIG'],
    ['socketPath', { socketPath: '/run/x.sock' }, 'ERR_NTLM_CONFIG'],
    ['a proxy', { proxy: { host: '127.0.0.1', port: 1 } }, 'ERR_NTLM_PROXY'],
  ])('%s, of an instance and of a request', async (_what, config, code) => {
    const server = await startServer()
    const bad = axios.create({ baseURL: server.origin, ...(config as object) })
    expect(() => ntlm(bad, ALICE)).toThrow(expect.objectContaining({ code }))
    await expect(axiosFor(server).get('/', config as object)).rejects.toMatchObject({ code })
    expect(server.log).toEqual([])
  })
})
