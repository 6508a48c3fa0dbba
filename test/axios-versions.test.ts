import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { type Closing, ntlm } from '@ntlmkit/axios'
import type { NtlmServer } from '@ntlmkit/server'
import type { AxiosInstance, AxiosStatic, CreateAxiosDefaults } from 'axios'
import { describe, expect, it, onTestFinished } from 'vitest'
import { AXIOS_0, VERSIONS } from '../packages/axios/test/versions.js'
import { answer, type Behaviour, outcomeOf } from './axios-outcomes.js'
import { ALICE, startServer, wire } from './wire.js'

function instanceOf(
  axios: AxiosStatic,
  server: NtlmServer,
  config: CreateAxiosDefaults = {},
): AxiosInstance & Closing {
  const instance = ntlm(axios.create({ baseURL: server.origin, ...config }), { ...ALICE, origins: '*' })
  onTestFinished(() => instance.close())
  return instance
}

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await once(server.close(), 'close')
  return port
}

async function textOf(stream: Readable): Promise<string> {
  return Buffer.concat(await stream.toArray()).toString()
}

/** What is right is what plain axios of the same version does at a server that asks for nothing. */
const BEHAVIOURS: [name: string, behaviour: Behaviour][] = [
  ['a GET', (instance) => instance.get('/a?b=1')],
  [
    'params and their serializer',
    (instance) =>
      instance.get('/a', { params: { x: [1, 2] }, paramsSerializer: { serialize: () => 'own=1' } }),
  ],
  ['JSON', (instance) => instance.post('/a', { a: 1 })],
  [
    'text with its content-type',
    (instance) =>
      instance.post('/a', '<x/>', { headers: { 'Content-Type': 'text/xml', SOAPAction: '"urn:x"' } }),
  ],
  ['a form', (instance) => instance.postForm('/a', { a: '1' })],
  ['URL parameters', (instance) => instance.post('/a', new URLSearchParams({ a: '1' }))],
  [
    'FormData',
    (instance) => {
      const form = new FormData()
      form.set('file', new Blob(['abc']), 'a.bin')
      return instance.put('/a', form)
    },
  ],
  ['a stream', (instance) => instance.post('/a', Readable.from(['ab', 'c']), { maxRedirects: 0 })],
  [
    'a header that is taken away',
    (instance) => instance.get('/a', { headers: { 'User-Agent': false, 'Accept-Encoding': null } as never }),
  ],
  [
    'a header that an interceptor takes away',
    (instance) => {
      instance.defaults.headers.common['x-default'] = 'yes'
      instance.interceptors.request.use((config) => {
        config.headers.delete('x-default')
        return config
      })
      return instance.get('/a')
    },
  ],
  ['auth', (instance) => instance.get('/a', { auth: { username: 'u', password: 'p' } })],
  [
    'a stream as answer',
    async (instance) => {
      const { data, headers } = await instance.get('/bytes/10', { responseType: 'stream' })
      return [await textOf(data), headers['content-length']]
    },
  ],
  [
    'an array buffer as answer',
    async (instance) => {
      const { data } = await instance.get('/bytes/10', { responseType: 'arraybuffer' })
      return [Buffer.isBuffer(data), data.length]
    },
  ],
  ['a redirect', (instance) => instance.get('/to/2')],
  ['a redirected POST', (instance) => instance.post('/to/1', { a: 1 })],
  ['maxRedirects: 0', (instance) => instance.get('/to/1', { maxRedirects: 0 })],
  ['more redirects than maxRedirects', (instance) => instance.get('/to/3', { maxRedirects: 2 })],
  [
    'beforeRedirect',
    async (instance) => {
      const seen: unknown[] = []
      await instance.get('/to/2', {
        beforeRedirect: (options, { headers }) => seen.push([options.path, headers.location]),
      })
      return seen
    },
  ],
  [
    'a beforeRedirect that throws',
    (instance) =>
      instance.get('/to/2', {
        beforeRedirect: () => {
          throw new Error('no further')
        },
      }),
  ],
  [
    'onUploadProgress and onDownloadProgress',
    async (instance) => {
      let [up, down] = [0, 0]
      await instance.post('/a', Buffer.alloc(100_000, 'x'), {
        onUploadProgress: ({ loaded }) => {
          up = loaded
        },
        onDownloadProgress: ({ loaded }) => {
          down = loaded
        },
      })
      return [up, down > 100_000]
    },
  ],
  ['a status', (instance) => instance.get('/status/404')],
  [
    'validateStatus',
    (instance) => instance.get('/status/404', { validateStatus: (status) => status === 404 }),
  ],
  ['validateStatus null', (instance) => instance.get('/status/500', { validateStatus: null })],
  [
    'transformResponse, once',
    (instance) =>
      instance.get('/a', {
        transformResponse: (data: string, headers) => [data.length > 1, String(headers.date !== '')],
      }),
  ],
  [
    'transformRequest, once',
    (instance) => instance.post('/a', 'x', { transformRequest: (data: string) => `${data}!` }),
  ],
  ['maxContentLength', (instance) => instance.get('/bytes/100', { maxContentLength: 10 })],
  ['maxBodyLength', (instance) => instance.post('/a', 'x'.repeat(100), { maxBodyLength: 10 })],
  ['a timeout', (instance) => instance.get('/silent', { timeout: 80 })],
  [
    'a timeout with words of its own',
    (instance) =>
      instance.get('/silent', {
        timeout: 80,
        timeoutErrorMessage: 'too slow',
        transitional: { clarifyTimeoutError: true },
      }),
  ],
  [
    'a signal',
    (instance) => {
      const controller = new AbortController()
      setTimeout(() => controller.abort(), 50)
      return instance.get('/silent', { signal: controller.signal })
    },
  ],
  ['a signal aborted before', (instance) => instance.get('/a', { signal: AbortSignal.abort() })],
  [
    'a cancelToken',
    (instance, axios) => {
      const source = axios.CancelToken.source()
      setTimeout(() => source.cancel('enough'), 50)
      return instance.get('/silent', { cancelToken: source.token })
    },
  ],
  [
    'a connection that breaks under a POST',
    async (instance) => {
      await instance.get('/a')
      await instance.post('/reset', 'x')
    },
  ],
  ['nobody listening', async (instance) => instance.get(`http://127.0.0.1:${await closedPort()}/`)],
  ['a name that nobody has', (instance) => instance.get('http://intranet.invalid/')],
  [
    'a certificate that nobody trusts',
    async (instance) => {
      const { origin } = await startServer({ tls: true, handler: answer, anonymous: () => true })
      return instance.get(`${origin}/a`)
    },
  ],
  ['an http adapter by name', (instance) => instance.get('/a', { adapter: 'http' })],
  ['adapters in a list', (instance) => instance.get('/a', { adapter: ['xhr', 'http'] })],
  ['an invalid URL', (instance) => instance.get('http://:x', { baseURL: undefined })],
  ['another protocol', (instance) => instance.get('gopher://x/')],
  ['a data: URL', (instance) => instance.get('data:text/plain,abc')],
]

describe.each(VERSIONS)('%s with NTLM does what it does without', (_name, axios) => {
  it.each(BEHAVIOURS)('%s', async (_behaviour, behaviour) => {
    const server = await startServer({
      handler: answer,
      anonymous: ({ headers }) => headers.authorization?.startsWith('Basic ') === true,
    })
    const open = await startServer({ handler: answer, anonymous: () => true })
    const expected = await outcomeOf(behaviour(axios.create({ baseURL: open.origin }), axios), axios)
    const outcome = await outcomeOf(behaviour(instanceOf(axios, server), axios), axios)
    expect(outcome).toEqual(expected)
  })
})

describe.each(VERSIONS)('%s', (_name, axios) => {
  it('sends 100 requests in turn as 101 on one connection', async () => {
    const server = await startServer({ handler: answer })
    const instance = instanceOf(axios, server)
    for (let i = 0; i < 100; i++) await instance.get('/a')
    expect(wire(server)).toMatchObject({ requests: 101, connections: 1 })
  })

  it('decompresses', async () => {
    const server = await startServer({
      handler: (_request, response) => {
        response.setHeader('Content-Encoding', 'gzip')
        response.end(gzipSync('abc'))
      },
    })
    const instance = instanceOf(axios, server)
    expect((await instance.get('/')).data).toBe('abc')
    const { data } = await instance.get('/', { decompress: false, responseType: 'arraybuffer' })
    expect(data).toEqual(gzipSync('abc'))
  })

  it('says why a password was refused, in an AxiosError of its own, and tries it once', async () => {
    const server = await startServer({ handler: answer })
    const instance = ntlm(axios.create({ baseURL: server.origin }), { ...ALICE, password: 'wrong' })
    onTestFinished(() => instance.close())
    const error = await instance.get('/a').catch((reason) => reason)
    expect(error).toBeInstanceOf(axios.AxiosError)
    expect(error).toMatchObject({ code: 'ERR_BAD_REQUEST', cause: { code: 'ERR_NTLM_REJECTED' } })
    expect(server.log.filter(({ leg }) => leg === 'authenticate')).toHaveLength(1)
  })

  it('hands an adapter that is a function what it would get, with agents', async () => {
    const server = await startServer({ handler: answer })
    const instance = instanceOf(axios, server)
    const http = axios.getAdapter('http')
    const seen: unknown[] = []
    const { data, config } = await instance.get('/a', {
      adapter: (attempt) => {
        seen.push(attempt.url)
        return http(attempt)
      },
    })
    expect([seen, data.method]).toEqual([['/a'], 'GET'])
    expect(config.httpAgent).toBeUndefined()
  })

  it.each(['fetch', ['fetch', 'http'], 'xhr'])('refuses the adapter %s', async (adapter) => {
    const server = await startServer({ handler: answer })
    const instance = instanceOf(axios, server)
    await expect(instance.get('/a', { adapter: adapter as 'fetch' })).rejects.toMatchObject({
      code: 'ERR_NTLM_CONFIG',
    })
    expect(server.log).toEqual([])
  })

  it('fails what comes behind close()', async () => {
    const server = await startServer({ handler: answer })
    const instance = instanceOf(axios, server)
    await instance.get('/a')
    const silent = instance.get('/silent').catch(({ code }) => code)
    instance.close()
    instance.close()
    expect(await silent).toBe('ECONNRESET')
    const later = { code: 'ERR_NTLM_CONFIG', message: 'The instance has been closed.' }
    await expect(instance.get('/a')).rejects.toMatchObject(later)
    await expect(instance.get('/a', { ntlm: false })).rejects.toMatchObject(later)
  })
})

describe.each(AXIOS_0)('%s', (_name, axios) => {
  it('is refused in words', () => {
    expect(() => ntlm(axios.create({ baseURL: 'http://x' }), ALICE)).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_CONFIG',
        message: 'The instance is of axios 0.x, and @ntlmkit/axios needs axios 1.6 or later.',
      }),
    )
  })
})
