import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { ntlm } from '@ntlmkit/axios'
import AgentKeepAlive from 'agentkeepalive'
import type { CreateAxiosDefaults } from 'axios'
import { HttpCookieAgent } from 'http-cookie-agent/http'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { CookieJar } from 'tough-cookie'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { startTunnel } from '../packages/axios/test/tunnel.js'
import { VERSIONS } from '../packages/axios/test/versions.js'
import { axiosFor } from './client-matrix.js'
import { ALICE, BOB, concurrently, startServer, wire } from './wire.js'

afterEach(() => vi.unstubAllEnvs())

const bound = () => startServer({ tls: true, channelBinding: 'require' })

describe.each(VERSIONS)('%s: the user’s own agents', (_name, axios) => {
  const made = (config: CreateAxiosDefaults, ca?: string, identity = ALICE) => {
    const instance = ntlm(axios.create(config), { ...identity, origins: '*' }, { ca })
    onTestFinished(() => instance.close())
    return instance
  }

  it('open the connections of an instance: through a proxy, with channel binding', async () => {
    const [server, tunnel] = [await bound(), await startTunnel()]
    const httpsAgent = new HttpsProxyAgent(tunnel.url)
    const instance = made({ baseURL: server.origin, httpsAgent, proxy: false }, server.ca)
    for (let i = 0; i < 10; i++) expect((await instance.get('/')).data).toMatchObject({ user: 'alice' })
    expect(wire(server)).toMatchObject({ requests: 11, connections: 1 })
    expect(tunnel.targets).toEqual([new URL(server.origin).host])
  })

  it('open the connections of one request, and of no other', async () => {
    const [server, tunnel] = [await bound(), await startTunnel()]
    const httpsAgent = new HttpsProxyAgent(tunnel.url)
    const instance = made(
      { baseURL: server.origin, httpsAgent: new HttpsAgent({ maxSockets: 1 }) },
      server.ca,
    )
    for (let i = 0; i < 3; i++) {
      expect((await instance.get('/', { httpsAgent, proxy: false })).data).toMatchObject({ user: 'alice' })
      expect((await instance.get('/')).data).toMatchObject({ user: 'alice' })
    }
    expect(wire(server)).toMatchObject({ connections: 2 })
    expect(tunnel.targets).toHaveLength(1)
  })

  it('lend a request their options', async () => {
    const server = await bound()
    const instance = made({ baseURL: server.origin })
    await expect(instance.get('/')).rejects.toMatchObject({ isAxiosError: true })
    const httpsAgent = new HttpsAgent({ ca: server.ca, maxSockets: 1 })
    await concurrently(4, 8, () => instance.get('/', { httpsAgent }))
    expect(wire(server)).toMatchObject({ requests: 9 })
    expect(httpsAgent.sockets).toEqual({})
  })

  it('are shared by two identities, and their connections are not', async () => {
    const [server, tunnel] = [await bound(), await startTunnel()]
    const httpsAgent = new HttpsProxyAgent(tunnel.url)
    const [alice, bob] = [ALICE, BOB].map((identity) =>
      made({ baseURL: server.origin, httpsAgent }, server.ca, identity),
    )
    const users = await concurrently(4, 20, async (i) => (await (i % 2 ? alice : bob)!.get('/')).data.user)
    expect(users).toEqual(Array.from({ length: 20 }, (_, i) => (i % 2 ? 'alice' : 'bob')))
    expect(tunnel.targets).toHaveLength(server.connections)
  })
})

describe('an agent for a proxy', () => {
  it('is the way through the proxy that the environment names', async () => {
    const [server, tunnel] = [await bound(), await startTunnel()]
    vi.stubEnv('HTTPS_PROXY', tunnel.url)
    const httpsAgent = new HttpsProxyAgent(tunnel.url)
    expect((await axiosFor(server, {}, { httpsAgent }).get('/')).data).toMatchObject({ user: 'alice' })
    expect((await axiosFor(server).get('/', { httpsAgent })).data).toMatchObject({ user: 'alice' })
    expect(tunnel.targets).toHaveLength(2)
    const plain = axiosFor(server).get('/', { httpsAgent: new HttpsAgent({ ca: server.ca }) })
    await expect(plain).rejects.toMatchObject({ code: 'ERR_NTLM_PROXY' })
  })

  it('is the way of a request that is redirected to https', async () => {
    const [server, tunnel] = [await bound(), await startTunnel()]
    const first = await startServer({
      handler: (_request, response) => void response.writeHead(302, { location: server.url }).end(),
    })
    const httpsAgent = new HttpsProxyAgent(tunnel.url)
    const origins = [first.origin, server.origin]
    expect(
      (await axiosFor(first, { origins }, { httpsAgent }, { ca: server.ca }).get('/')).data,
    ).toMatchObject({
      user: 'alice',
    })
    expect(tunnel.targets).toHaveLength(1)
  })
})

describe('another agent of a request', () => {
  it.each([
    ['http.Agent', () => new HttpAgent({ maxSockets: 1 })],
    ['agentkeepalive', () => new AgentKeepAlive({ maxSockets: 1 })],
  ])('is carried over: %s', async (_what, make) => {
    const server = await startServer()
    const [instance, httpAgent] = [axiosFor(server), make()]
    await concurrently(5, 10, () => instance.get('/', { httpAgent }))
    expect(wire(server)).toMatchObject({ requests: 11, connections: 1 })
  })

  it('adds its cookies', async () => {
    const server = await startServer({
      handler: (request, response) => {
        response.setHeader('Set-Cookie', 'a=1')
        response.end(request.headers.cookie ?? 'none')
      },
    })
    const httpAgent = new HttpCookieAgent({ cookies: { jar: new CookieJar() as never } })
    const [ofRequest, ofInstance] = [axiosFor(server), axiosFor(server, {}, { httpAgent })]
    expect((await ofRequest.get('/', { httpAgent })).data).toBe('none')
    expect((await ofRequest.get('/', { httpAgent })).data).toBe('a=1')
    expect((await ofInstance.get('/')).data).toBe('a=1')
  })

  it('is refused if it cannot open connections, and goes as it is where there are no credentials', async () => {
    const server = await startServer()
    const sent = axiosFor(server).get('/', { httpAgent: {} })
    await expect(sent).rejects.toMatchObject({
      code: 'ERR_NTLM_CONFIG',
      message: expect.stringContaining('has no addRequest'),
    })
    expect(server.log).toEqual([])
    const httpAgent = new HttpAgent()
    const plain = axiosFor(server).get('/', { httpAgent, ntlm: false })
    await expect(plain).rejects.toMatchObject({ response: { status: 401 } })
  })
})
