import { lookup } from 'node:dns'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { TLSSocket } from 'node:tls'
import AgentKeepAlive from 'agentkeepalive'
import {
  type CookieOptions,
  createCookieAgent,
  HttpCookieAgent,
  HttpsCookieAgent,
} from 'http-cookie-agent/http'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { CookieJar } from 'tough-cookie'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeCertificate } from '../packages/server/src/certificate.js'
import { agentsFor, call } from './client-matrix.js'
import { startConnectProxy } from './via/connect-proxy.js'
import { ALICE, BOB, concurrently, legs, startServer, wire } from './wire.js'

/** The jar of one file of declarations is not that of the other, to TypeScript. */
const newJar = () => new CookieJar() as never as NonNullable<CookieOptions['jar']>

/** A server of which the agents do not know the certificate. */
const untrusted = ({ origin, url }: { origin: string; url: string }) => ({ origin, url })

const BOUND = { tls: true, channelBinding: 'require' } as const

describe('a plain agent is its options', () => {
  it('its certificates and pool hold', async () => {
    const server = await startServer(BOUND)
    const via = new HttpsAgent({ ca: server.ca, maxSockets: 2 })
    const agents = agentsFor(untrusted(server), {}, { via })
    const answers = await concurrently(6, 30, () => call(server.url, agents))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(wire(server)).toMatchObject({ requests: 32, connections: 2 })
    expect(agents.https).toBeInstanceOf(HttpsAgent)
  })

  it('its timeout holds where none is said', async () => {
    const server = await startServer({ delay: (record) => (record.path === '/slow' ? 500 : 0) })
    const agents = agentsFor(server, {}, { via: new HttpAgent({ timeout: 100 }) })
    await expect(call(`${server.origin}/slow`, agents)).rejects.toMatchObject({ code: 'ERR_SOCKET_TIMEOUT' })
  })

  it('what is said beside it comes first', () => {
    const agents = agentsFor(
      { origin: 'http://127.0.0.1', url: '' },
      {},
      { via: new HttpAgent({ maxSockets: 3 }), maxSockets: 5 },
    )
    expect(agents.http.maxSockets).toBe(5)
  })

  it.each([
    ['http.Agent', (options: object) => new HttpAgent(options)],
    ['agentkeepalive', (options: object) => new AgentKeepAlive.HttpAgent(options)],
    ['a subclass that changes nothing', (options: object) => new (class Mine extends HttpAgent {})(options)],
  ])('on one request: %s', async (_name, make) => {
    const server = await startServer()
    const asked: string[] = []
    const via = make({
      lookup: ((name, options, found) => {
        asked.push(name)
        lookup(name, options, found)
      }) satisfies LookupFunction,
    })
    const url = server.url.replace('127.0.0.1', 'localhost')
    const agents = agentsFor(server, { origins: new URL(url).origin })
    for (let i = 0; i < 4; i++) {
      const through = i % 2 ? agents : agents.track({ via: { http: via } })
      expect((await call(url, through)).status).toBe(200)
    }
    expect(asked).toEqual(['localhost'])
    expect(wire(server)).toMatchObject({ requests: 6, connections: 2 })
  })

  it.each([
    ['http.Agent', () => new HttpAgent()],
    ['http.Agent, keepAlive', () => new HttpAgent({ keepAlive: true })],
    ['agentkeepalive', () => new AgentKeepAlive.HttpAgent()],
    ['a cookie agent', () => new HttpCookieAgent({ cookies: { jar: newJar() } })],
  ])('made without options for each request it shares the pool: %s', async (_name, make) => {
    const server = await startServer()
    const agents = agentsFor(server)
    for (let i = 0; i < 10; i++) {
      expect((await call(server.url, agents.track({ via: { http: make() } }))).status).toBe(200)
    }
    expect(wire(server)).toMatchObject({ requests: 11, connections: 1 })
  })

  it('two on the requests of one identity have a pool each, and two identities none in common', async () => {
    const server = await startServer()
    const vias = [new HttpAgent({ maxSockets: 2 }), new HttpAgent({ maxSockets: 1 })]
    const both = [ALICE, BOB].map((who) => agentsFor(server, who))
    const answers = await concurrently(8, 80, (i) =>
      call(server.url, both[i % 2].track({ via: { http: vias[(i >> 1) % 2] } })),
    )
    expect(answers.map(({ user }) => user)).toEqual(answers.map((_, i) => ['alice', 'bob'][i % 2]))
    expect(server.connections).toBe(6)
  })

  it('does not trust elsewhere what the agent does not, and TLS options stay with the origins', async () => {
    const [server, other] = [await startServer(BOUND), await startServer({ tls: true })]
    const agents = agentsFor(untrusted(server))
    const via = { https: new HttpsAgent({ rejectUnauthorized: false }) }
    expect((await call(server.url, agents.track({ via }))).status).toBe(200)
    await expect(call(other.url, agents.track({ via }))).rejects.toMatchObject({
      code: expect.stringMatching(/SELF_SIGNED/),
    })
    await expect(call(server.url, agents)).rejects.toMatchObject({
      code: expect.stringMatching(/SELF_SIGNED/),
    })
  })
})

describe('a cookie agent', () => {
  const withCookies = async (options: object) =>
    startServer({
      ...options,
      handler: (request, response) => {
        if (request.url === '/set') response.setHeader('Set-Cookie', 'digest=1')
        response.end(request.headers.cookie ?? 'none')
      },
    })

  it.each(['http', 'https'] as const)('over a plain agent, %s', async (kind) => {
    const server = await withCookies(kind === 'https' ? BOUND : {})
    const jar = newJar()
    const via = {
      http: new HttpCookieAgent({ cookies: { jar } }),
      https: new HttpsCookieAgent({ cookies: { jar }, ca: server.ca }),
    }
    const agents = agentsFor(untrusted(server), {}, { via })
    for (const through of [agents, agents.track({}), agents.track({ via })]) {
      await jar.removeAllCookies()
      expect((await call(`${server.origin}/set`, through)).text).toBe('none')
      expect((await call(`${server.origin}/read`, through)).text).toBe('digest=1')
    }
    expect(wire(server)).toMatchObject({ requests: 7, connections: 1 })
  })

  it('over agentkeepalive', async () => {
    const server = await withCookies({})
    const jar = newJar()
    const Over = createCookieAgent(AgentKeepAlive.HttpAgent)
    const via = { http: new Over({ cookies: { jar } }) }
    const agents = agentsFor(server)
    for (const [path, text] of [
      ['/set', 'none'],
      ['/read', 'digest=1'],
    ]) {
      expect((await call(server.origin + path, agents.track({ via }))).text).toBe(text)
    }
    expect(wire(server)).toMatchObject({ requests: 3, connections: 1 })
  })

  it.each(['http', 'https'] as const)(
    'over the agent of a proxy goes through the proxy, %s',
    async (kind) => {
      const [server, proxy] = [await withCookies(kind === 'https' ? BOUND : {}), await startConnectProxy()]
      const jar = newJar()
      const via = new (createCookieAgent(HttpsProxyAgent))(proxy.url, { cookies: { jar } } as never)
      const agents = agentsFor(server, {}, { via })
      for (const through of [agents, agents.track({ via: { http: via, https: via } })]) {
        await jar.removeAllCookies()
        expect((await call(`${server.origin}/set`, through)).text).toBe('none')
        expect((await call(`${server.origin}/read`, through)).text).toBe('digest=1')
      }
      expect(wire(server)).toMatchObject({ requests: 5, connections: 1 })
      expect([proxy.targets, proxy.plain]).toEqual([[new URL(server.origin).host], []])
    },
  )

  it('that two identities share adds to the requests of each, and other requests still get its own sockets', async () => {
    const server = await startServer()
    const via = { http: new HttpCookieAgent({ cookies: { jar: newJar() } }) }
    const both = [ALICE, BOB].map((who) => agentsFor(server, who))
    const answers = await concurrently(6, 30, (i) => call(server.url, both[i % 2].track({ via })))
    expect(answers.map(({ user }) => user)).toEqual(answers.map((_, i) => ['alice', 'bob'][i % 2]))
    server.clear()
    const alone = await call(server.url, { http: via.http, https: both[0].https })
    expect([alone.status, legs(server)]).toEqual([401, ['GET none 401']])
  })

  it('that has a free socket to the server closes it for a connection of ours, however often the two take turns', async () => {
    const server = await startServer({ anonymous: ['/health'] })
    const via = new HttpCookieAgent({ cookies: { jar: newJar() }, keepAlive: true })
    onTestFinished(() => via.destroy())
    const agents = agentsFor(server, {}, { via })
    for (let i = 0; i < 3; i++) {
      const alone = await call(`${server.origin}/health`, { http: via, https: agents.https })
      expect([alone.status, (await call(server.url, agents)).user]).toEqual([200, 'alice'])
    }
    const ofOurs = new Set(server.log.filter(({ user }) => user).map(({ connection }) => connection))
    expect(ofOurs.size).toBe(1)
    const turns = server.log
      .filter(({ leg }) => leg !== 'negotiate')
      .map(({ user, path }) => `${path} ${user}`)
    expect(turns).toEqual(Array.from({ length: 3 }, () => ['/health undefined', '/ alice']).flat())
  })

  it('that has a free socket to another place, and sends requests there, is refused', async () => {
    const [server, other] = [await startServer(), await startServer({ anonymous: ['/'] })]
    const { port } = new URL(other.origin)
    class Redirects extends HttpAgent {
      addRequest(request: object, options: object): void {
        const { addRequest } = HttpAgent.prototype as unknown as Redirects
        addRequest.call(this, request, { ...options, port: Number(port) })
      }
    }
    const via = new Redirects({ keepAlive: true })
    onTestFinished(() => via.destroy())
    const agents = agentsFor(server, { origins: '*' }, { via })
    await call(other.url, { http: via, https: agents.https })
    other.clear()
    await expect(call(server.url, agents)).rejects.toMatchObject({ code: 'ERR_NTLM_CONFIG' })
    expect([server.connections, other.log]).toEqual([0, []])
  })

  it.each<[string, (request: { path: string }, options: object) => object]>([
    [
      'path',
      (request, options) => {
        request.path = `http://elsewhere${request.path}`
        return options
      },
    ],
    ['host', (_request, options) => ({ ...options, host: '127.0.0.2' })],
    ['port', (_request, options) => ({ ...options, port: 9 })],
    ['socketPath', (_request, options) => ({ ...options, socketPath: '/run/nothing' })],
  ])(
    'that changes the %s of a request in addRequest is refused, and nothing is sent',
    async (name, change) => {
      const server = await startServer()
      class Redirects extends HttpAgent {
        addRequest(request: { path: string }, options: object): void {
          const { addRequest } = HttpAgent.prototype as unknown as Redirects
          addRequest.call(this, request, change(request, options))
        }
      }
      for (const origins of [server.origin, '*', 'http://elsewhere']) {
        const agents = agentsFor(server, { origins }, { via: new Redirects() })
        await expect(call(server.url, agents)).rejects.toMatchObject({
          code: 'ERR_NTLM_CONFIG',
          message: expect.stringContaining(`changes where the request goes (${name})`),
        })
      }
      expect(server.connections).toBe(0)
    },
  )

  it('shows its client certificate to the origins, and to no other', async () => {
    const asks = { requestCert: true, rejectUnauthorized: false }
    const certificates: string[] = []
    const start = () =>
      startServer({
        tls: { options: asks } as never,
        handler: (request, response) => {
          const { subject } = (request.socket as TLSSocket).getPeerCertificate()
          response.end(subject?.CN ?? 'none')
        },
        anonymous: ['/'],
      })
    const [server, other] = [await start(), await start()]
    const { key, cert } = await makeCertificate('client', {})
    const options = { key, cert, rejectUnauthorized: false }
    for (const https of [
      new HttpsAgent(options),
      new HttpsCookieAgent({ cookies: { jar: newJar() }, ...options }),
    ]) {
      for (const agents of [
        agentsFor(untrusted(server), {}, { via: { https } }),
        agentsFor(untrusted(server)).track({ via: { https } }),
      ]) {
        certificates.push((await call(server.url, agents)).text)
        certificates.push((await call(other.url, agents, { rejectUnauthorized: false } as never)).text)
      }
    }
    expect(certificates).toEqual(
      Array.from({ length: 8 }, (_, i) => (i % 2 ? 'none' : 'ntlmkit test server')),
    )
  })

  it('that opens a connection itself in addRequest is told so', async () => {
    const server = await startServer()
    class Opens extends HttpAgent {
      addRequest(request: { onSocket(socket: unknown): void }): void {
        request.onSocket(new HttpAgent().createConnection({ port: server.port } as never))
      }
    }
    const agents = agentsFor(server, {}, { via: new Opens() })
    await expect(call(server.url, agents)).rejects.toMatchObject({
      code: 'ERR_NTLM_CONFIG',
      message: expect.stringContaining('addRequest'),
    })
    expect(server.log).toEqual([])
  })
})
