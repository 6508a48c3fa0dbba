import { AxiosError, AxiosHeaders, type InternalAxiosRequestConfig } from 'axios'
import { HTTPError, RequestError } from 'got'
import { describe, expect, it } from 'vitest'
import { agentsFor, axiosFor, call, gotFor } from './client-matrix.js'
import { asking, explained, listen } from './silent/told.js'
import { startServer } from './wire.js'

const OWN = ['own-authorization']

/** Requests that bring an Authorization of their own without a header that says so. */
const OF_ITS_OWN: [name: string, ask: (url: string) => Promise<unknown>][] = [
  ['axios, by auth', (url) => of(url).axios.get(url, { auth: { username: 'bob', password: 'secret' } })],
  ['axios, by the URL', (url) => of(url).axios.get(url.replace('//', '//bob:secret@'))],
  ['got, by username and password', (url) => of(url).got('', { username: 'bob', password: 'secret' })],
  [
    'got, by the URL',
    (url) => of(url).got(url.replace('//', '//bob:secret@'), { prefixUrl: '', retry: { limit: 0 } }),
  ],
  ['got stream', (url) => streamed(of(url).got.stream('', { username: 'bob', password: 'secret' }))],
  [
    'http.request, by the URL, under strict',
    (url) =>
      call(url.replace('//', '//bob:secret@'), agentsFor({ origin: origin(url), url }, { strict: true })),
  ],
]

function origin(url: string): string {
  return new URL(url).origin
}

function of(url: string) {
  const target = { origin: origin(url), url }
  return { axios: axiosFor(target, { origins: target.origin }), got: gotFor(target) }
}

function streamed(stream: NodeJS.ReadableStream): Promise<unknown> {
  stream.resume()
  return new Promise((resolve, reject) => stream.once('end', resolve).once('error', reject))
}

describe.each(OF_ITS_OWN)('%s: an Authorization of the request’s own', (_, ask) => {
  it('is said by its scheme, with the client’s own error, and nothing of it is shown', async () => {
    const server = await startServer()
    const told = listen()
    const error = await ask(server.url).catch((error: unknown) => error)
    expect(explained(error)).toMatchObject({ code: 'ERR_NTLM_CONFIG', ids: OWN })
    expect(explained(error).message).toContain('(Basic)')
    expect(told.events).toHaveLength(1)
    expect(JSON.stringify(told.events)).not.toMatch(/bob|secret|Ym9i/)
    expect(await told.warnings()).toEqual([])
  })
})

describe('axios', () => {
  it('rejects as ever, with the reason as cause', async () => {
    const server = await startServer()
    const told = listen()
    const instance = axiosFor({ origin: `http://localhost:${server.port}`, url: '' })
    const error = await instance.get(server.url).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(AxiosError)
    expect(error).toMatchObject({
      code: 'ERR_BAD_REQUEST',
      response: { status: 401 },
      cause: { name: 'NtlmError', code: 'ERR_NTLM_CONFIG', findings: [{ id: 'origin-not-listed' }] },
    })
    expect(told.events).toHaveLength(1)
  })

  it.each([false, true])('says that ntlm: false was set, without a warning (strict: %s)', async (strict) => {
    const server = await startServer()
    const told = listen()
    const instance = axiosFor(server, { strict })
    const error = await instance.get('/', { ntlm: false }).catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'ERR_BAD_REQUEST', response: { status: 401 } })
    expect(explained(error)).toMatchObject({
      code: 'ERR_NTLM_CONFIG',
      ids: ['client-bypassed'],
      message: expect.stringContaining('ntlm: false'),
    })
    expect(told.events).toHaveLength(1)
    expect(await told.warnings()).toEqual([])
  })

  it('says that a proxy asked for a request with ntlm: false', async () => {
    const proxy = await asking('Negotiate', 407)
    const told = listen()
    const instance = axiosFor({ origin: 'http://intranet.corp', url: '' })
    const config = { ntlm: false, proxy: { protocol: 'http', host: '127.0.0.1', port: proxy.port } } as const
    const error = await instance.get('/', config).catch((error: unknown) => error)
    expect(error).toMatchObject({ response: { status: 407 } })
    expect(explained(error)).toMatchObject({ code: 'ERR_NTLM_PROXY', ids: ['proxy-asks'] })
    expect(told.events).toMatchObject([{ origin: 'http://intranet.corp' }])
  })

  it('finds the cause of a proxy option before anything is sent', async () => {
    const instance = axiosFor({ origin: 'http://intranet.corp', url: '' })
    const config = { proxy: { protocol: 'http', host: '127.0.0.1', port: 1 } }
    const error = await instance.get('/', config).catch((error: unknown) => error)
    expect(explained(error)).toMatchObject({ code: 'ERR_NTLM_PROXY', ids: ['client-bypassed'] })
  })

  it.each([
    ['its own error', undefined],
    ['a response', () => true],
  ])('tells once of an adapter that answers by itself, with %s', async (_, validateStatus) => {
    const told = listen()
    const adapter = async (config: InternalAxiosRequestConfig) => {
      const headers = new AxiosHeaders({ 'WWW-Authenticate': 'NTLM' })
      const response = { status: 401, statusText: '', data: '', headers, config }
      if (validateStatus) return response
      throw new AxiosError('no', 'ERR_BAD_REQUEST', config, {}, response)
    }
    const instance = axiosFor({ origin: 'http://intranet.corp', url: '' }, {}, { adapter, validateStatus })
    await instance.get('/').catch(() => {})
    expect(told.events).toMatchObject([{ origin: 'http://intranet.corp', ids: ['client-bypassed'] }])
    expect(await told.warnings()).toMatchObject([{ code: 'NTLMKIT_AGENT_BYPASSED' }])
  })
})

describe('got', () => {
  it('fails as ever, with the reason as cause, and names its prefixUrl as what is listed', async () => {
    const server = await startServer()
    const told = listen()
    const instance = gotFor({ origin: `http://localhost:${server.port}`, url: '' })
    const error = await instance(server.url, { prefixUrl: '' }).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(HTTPError)
    expect(error).toMatchObject({ response: { statusCode: 401 }, cause: { code: 'ERR_NTLM_CONFIG' } })
    expect(explained(error)).toMatchObject({
      ids: ['origin-not-listed'],
      message: expect.stringContaining(`'http://localhost:${server.port}': its name is localhost`),
    })
    expect(told.events).toHaveLength(1)
    expect(await told.warnings()).toHaveLength(1)
  })

  it('fails under strict with the reason', async () => {
    const server = await startServer()
    const instance = gotFor(server, { origins: 'https://intranet.corp', strict: true })
    const error = await instance('', { retry: { limit: 0 } }).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(RequestError)
    expect(explained(error)).toMatchObject({ code: 'ERR_NTLM_CONFIG', ids: ['origin-not-listed'] })
  })

  it('says that a proxy asked', async () => {
    const proxy = await asking('NTLM', 407)
    const error = await gotFor({ origin: proxy.origin, url: '' })('').catch((error: unknown) => error)
    expect(error).toMatchObject({ response: { statusCode: 407 } })
    expect(explained(error)).toMatchObject({ code: 'ERR_NTLM_PROXY', ids: ['proxy-asks'] })
  })
})
