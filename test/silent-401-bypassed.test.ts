import { NtlmAgent } from '@ntlmkit/undici'
import { HttpResponse, http } from 'msw'
import { setupServer } from 'msw/node'
import { type Dispatcher, getGlobalDispatcher, interceptors, request, setGlobalDispatcher } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { agentsFor, axiosFor, call, gotFor } from './client-matrix.js'
import { explained, listen } from './silent/told.js'
import { agentFor, call as dispatch } from './undici-agents.js'
import { ALICE, startServer } from './wire.js'

type Target = { origin: string; url: string; ca?: string }

/** Clients that go through node:http; what they reject with is their own. */
const CLIENTS: [name: string, get: (target: Target, strict?: boolean) => Promise<number | undefined>][] = [
  ['axios', async (target, strict) => (await axiosFor(target, { strict }).get('/')).status],
  [
    'got',
    async (target, strict) => (await gotFor(target, { strict }, { retry: { limit: 0 } })('')).statusCode,
  ],
]

const plain = async (target: Target, strict?: boolean) =>
  (await call(target.url, agentsFor(target, { strict }))).status

/** Let every request through to its server: its agent is bypassed all the same. Loaded by the one that needs it: nock begins at once. */
const INTERCEPTORS: [name: string, begin: () => Promise<void>][] = [
  [
    'msw',
    async () => {
      const server = setupServer(http.get('http://elsewhere.test/', () => HttpResponse.text('mocked')))
      server.listen({ onUnhandledRequest: 'bypass' })
      onTestFinished(() => server.close())
    },
  ],
  [
    'nock',
    async () => {
      const { default: nock } = await import('nock')
      if (!nock.isActive()) nock.activate()
      nock('http://elsewhere.test').get('/').reply(200)
      onTestFinished(() => {
        nock.cleanAll()
        nock.restore()
      })
    },
  ],
]

describe('a 401 that is made up', () => {
  it.each(CLIENTS)('by msw: %s says that the agents were bypassed', async (_, get) => {
    const headers = { 'WWW-Authenticate': 'Negotiate' }
    const mock = setupServer(
      http.get('http://intranet.test/', () => new HttpResponse('', { status: 401, headers })),
    )
    mock.listen()
    onTestFinished(() => mock.close())
    const told = listen()
    const target = { origin: 'http://intranet.test', url: 'http://intranet.test/' }
    const error = await get(target).catch((error: unknown) => error)
    expect(explained(error)).toMatchObject({ ids: ['client-bypassed'] })
    expect(told.events).toHaveLength(1)
    expect(await told.warnings()).toHaveLength(1)
  })
})

describe.each(INTERCEPTORS)('behind %s', (_, begin) => {
  it.each(CLIENTS)('%s says that the agents were bypassed', async (_, get) => {
    const server = await startServer()
    await begin()
    const told = listen()
    for (let time = 0; time < 2; time++) {
      const error = await get(server).catch((error: unknown) => error)
      expect(explained(error)).toMatchObject({
        code: 'ERR_NTLM_CONFIG',
        ids: ['client-bypassed'],
        message: expect.stringContaining(`${server.origin} offers NTLM`),
      })
    }
    expect(told.events).toHaveLength(2)
    expect(await told.warnings()).toMatchObject([
      { code: 'NTLMKIT_AGENT_BYPASSED', message: expect.stringContaining('msw') },
    ])
  })

  it.each([false, true])('http.request does, over TLS: %s', async (tls) => {
    const server = await startServer({ tls })
    await begin()
    const told = listen()
    expect(await plain(server)).toBe(401)
    expect(told.events).toMatchObject([{ origin: server.origin, ids: ['client-bypassed'] }])
    expect(await told.warnings()).toMatchObject([{ code: 'NTLMKIT_AGENT_BYPASSED' }])
  })

  it('http.request gets the error in the place of the 401 under strict', async () => {
    const server = await startServer()
    await begin()
    const error = await plain(server, true).catch((error: unknown) => error)
    expect(explained(error)).toMatchObject({ code: 'ERR_NTLM_CONFIG', ids: ['client-bypassed'] })
  })

  it('an anonymous page says nothing', async () => {
    const server = await startServer({ anonymous: ['/'] } as object)
    await begin()
    const told = listen()
    expect(await plain(server)).toBe(200)
    expect(told.events).toEqual([])
    expect(await told.warnings()).toEqual([])
  })
})

describe('an interceptor of undici that looks names up', () => {
  it('is said where it puts an address in the place of a listed name', async () => {
    const server = await startServer()
    const listed = `http://localhost:${server.port}`
    const told = listen()
    const withoutServername: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) =>
      dispatch({ ...options, origin: server.origin, headers: ['host', `localhost:${server.port}`] }, handler)
    const dispatcher = agentFor(server, { origins: listed }).compose(withoutServername)
    expect((await dispatch(`${listed}/`, { dispatcher })).status).toBe(401)
    expect(told.events).toMatchObject([
      {
        origin: server.origin,
        ids: ['origin-not-listed'],
        message: expect.stringContaining('in the place of the name'),
      },
    ])
    expect(await told.warnings()).toMatchObject([{ code: 'NTLMKIT_ORIGIN_NOT_LISTED' }])
  })

  it('is none where it keeps the name, as undici’s does: the name is what is named', async () => {
    const server = await startServer()
    const asked = `http://localhost:${server.port}`
    const told = listen()
    const dns = interceptors.dns({ affinity: 4 })
    const known = agentFor(server, { origins: asked }).compose(dns)
    expect((await dispatch(`${asked}/`, { dispatcher: known })).status).toBe(200)
    expect(told.events).toEqual([])
    const unknown = agentFor(server, { origins: server.origin }).compose(dns)
    expect((await dispatch(`${asked}/`, { dispatcher: unknown })).status).toBe(401)
    expect(told.events).toMatchObject([{ origin: asked, ids: ['origin-not-listed'] }])
  })
})

describe('an agent that passes on to another', () => {
  it('leaves it to that to say what comes of it', async () => {
    const server = await startServer()
    const told = listen()
    const second = agentFor(server, { password: 'wrong-horse' })
    const first = agentFor({ origin: 'http://elsewhere.test' }, { others: second })
    expect((await dispatch(server.url, { dispatcher: first })).status).toBe(401)
    expect(told.events).toMatchObject([{ code: 'ERR_NTLM_REJECTED' }])
    expect(await told.warnings()).toEqual([])
  })

  it('tells once what neither lists, also as the global one behind interceptors', async () => {
    const server = await startServer()
    const told = listen()
    const second = agentFor({ origin: 'http://second.test' })
    const first = agentFor({ origin: 'http://first.test' }, { others: second })
    expect((await dispatch(server.url, { dispatcher: first })).status).toBe(401)
    expect(told.events).toMatchObject([{ message: expect.stringContaining('http://first.test') }])
    const before = getGlobalDispatcher()
    onTestFinished(() => setGlobalDispatcher(before))
    setGlobalDispatcher(second.compose(interceptors.redirect({ maxRedirections: 1 })))
    const { statusCode, body } = await request(server.url)
    await body.dump()
    expect(statusCode).toBe(401)
    expect(told.events).toHaveLength(2)
  })
})

describe('a run-time whose fetch ignores dispatchers', () => {
  it.each(['bun', 'deno'])('is warned of once, as an agent is made: %s', async (name) => {
    const told = listen()
    Object.defineProperty(process.versions, name, { value: '1.3.0', configurable: true })
    onTestFinished(() => void Reflect.deleteProperty(process.versions, name))
    for (let time = 0; time < 2; time++) new NtlmAgent({ ...ALICE, origins: 'https://intranet.corp' })
    expect(await told.warnings()).toEqual([
      {
        code: 'NTLMKIT_DISPATCHER_IGNORED',
        message: expect.stringMatching(`This is ${name} 1.3.0: its (own )?fetch.* ignores? the dispatcher`),
      },
    ])
  })
})
