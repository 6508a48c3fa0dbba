import { AsyncLocalStorage } from 'node:async_hooks'
import { get, Agent as HttpAgent, type RequestOptions } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { type AddressInfo, connect, createServer as createTcpServer, Socket } from 'node:net'
import { ntlmAgents } from '@ntlmkit/agent'
import { HttpProxyAgent } from 'http-proxy-agent'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { SocksProxyAgent } from 'socks-proxy-agent'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeCertificate } from '../packages/server/src/certificate.js'
import { agentsFor, call } from './client-matrix.js'
import { startConnectProxy } from './via/connect-proxy.js'
import {
  aStream,
  completeTls,
  failing,
  giving,
  openedBy,
  ownPool,
  ResumingAgent,
  silent,
  throwing,
  withoutTls,
  writesToProxy,
} from './via/openers.js'
import { ALICE, concurrently, startServer, wire } from './wire.js'

const BOUND = { tls: true, channelBinding: 'require' } as const
const refused = (words: string) => ({ code: 'ERR_NTLM_CONFIG', message: expect.stringContaining(words) })

describe('an agent that opens connections', () => {
  it('may give one whose TLS is complete: the handshake is bound to it', async () => {
    const server = await startServer(BOUND)
    const agents = agentsFor(server, {}, { via: completeTls() })
    for (let i = 0; i < 10; i++) expect((await call(server.url, agents)).status).toBe(200)
    expect(wire(server)).toMatchObject({ requests: 11, connections: 1 })
  })

  it('may keep TLS sessions: none is resumed, as it has no certificate to bind to', async () => {
    const server = await startServer(BOUND)
    const via = new ResumingAgent()
    for (let i = 0; i < 3; i++) {
      const agents = agentsFor(server, {}, { via })
      expect((await call(server.url, agents)).status).toBe(200)
      agents.destroy()
    }
    expect(wire(server)).toMatchObject({ requests: 6, connections: 3 })
  })

  it('is asked for a new connection where it would give one of its own pool', async () => {
    const server = await startServer()
    const inner = new HttpAgent({ keepAlive: true })
    onTestFinished(() => inner.destroy())
    await new Promise<void>((resolve, reject) => {
      get(server.url, { agent: inner }, (response) => response.resume().on('end', resolve)).on(
        'error',
        reject,
      )
    })
    await expect.poll(() => Object.values(inner.freeSockets).flat().length).toBe(1)
    const agents = agentsFor(server, {}, { via: ownPool(inner) })
    expect((await call(server.url, agents)).status).toBe(200)
    expect(new Set(server.log.slice(1).map(({ connection }) => connection))).toEqual(new Set([2]))
    expect([inner.sockets, inner.freeSockets].map((sockets) => Object.values(sockets).flat())).toEqual([
      [],
      [],
    ])
  })

  it.each([
    ['gives an https URL a connection without TLS', withoutTls, 'without TLS'],
    ['gives a stream that is no socket', () => giving(aStream()), 'no setTimeout'],
    ['gives an object', () => giving({}), 'it gave {} in place of a socket'],
    ['gives a promise', () => giving(Promise.resolve()), 'it gave a Promise in place of a socket'],
    ['calls back with nothing', () => failing(null as never), 'it gave nothing in place of a socket'],
    ['gives a connection that is closed', () => giving(new Socket().destroy()), 'it gave is closed'],
    ['gives one that is read-only', () => giving(new Socket({ writable: false })), 'nothing can be written'],
  ])('that %s is refused, and nothing is sent', async (_what, make, words) => {
    const server = await startServer(BOUND)
    const agents = agentsFor(server, {}, { via: make() })
    await expect(call(server.url, agents)).rejects.toMatchObject(refused(words))
    expect(server.log).toEqual([])
  })

  it('that throws or fails, fails the request with its own error, and the next is tried', async () => {
    const server = await startServer()
    const error = Object.assign(new Error('gone'), { code: 'EGONE' })
    for (const [via, code] of [
      [throwing(), 'ENOWAY'],
      [failing(error), 'EGONE'],
    ] as const) {
      const agents = agentsFor(server, {}, { via, maxSockets: 1 })
      const all = await Promise.allSettled([1, 2, 3].map(() => call(server.url, agents)))
      expect(all).toMatchObject([1, 2, 3].map(() => ({ reason: { code } })))
      expect(agents.http.getCurrentStatus()).toMatchObject({ sockets: {}, requests: {} })
    }
  })

  it('that never answers: the request may be aborted, and its timeout holds', async () => {
    const server = await startServer()
    const agents = agentsFor(server, {}, { via: silent(), maxSockets: 1 })
    const abort = new AbortController()
    const aborted = call(server.url, agents, { signal: abort.signal })
    const timed = new Promise((resolve) => {
      const request = get(server.url, { agent: agents.http, timeout: 50 })
      request.on('timeout', () => request.destroy(new Error('too slow')))
      request.on('error', resolve)
    })
    abort.abort()
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' })
    expect(await timed).toMatchObject({ message: 'too slow' })
    expect(agents.http.getCurrentStatus()).toMatchObject({ sockets: {}, requests: {} })
  })

  it.each<[string, RequestOptions]>([
    ['outside origins', {}],
    ['with an Authorization of its own', { headers: { authorization: 'Basic eDp5' } }],
  ])('that never answers: a request %s gives its place back when it is given up', async (what, options) => {
    const server = await startServer()
    const origins = what === 'outside origins' ? 'http://elsewhere' : server.origin
    let isSilent = true
    const via = openedBy(({ host, port }) => (isSilent ? undefined : connect({ host, port })))
    const agents = agentsFor(server, { origins }, { via, maxSockets: 1 })
    const aborted = call(server.url, agents, { ...options, signal: AbortSignal.timeout(50) })
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' })
    const timed = new Promise((resolve) => {
      const request = get(server.url, { ...options, agent: agents.http, timeout: 50 })
      request.on('timeout', () => request.destroy(new Error('too slow')))
      request.on('error', resolve)
    })
    expect(await timed).toMatchObject({ message: 'too slow' })
    const unheard = call(server.url, agents, { ...options, timeout: 50 })
    await expect(unheard).rejects.toMatchObject({ code: 'ERR_SOCKET_TIMEOUT' })
    expect(agents.http.getCurrentStatus()).toMatchObject({ sockets: {}, requests: {} })
    isSilent = false
    expect((await call(server.url, agents, options)).status).toBe(401)
    expect(server.log).toHaveLength(1)
    await agents.close()
  })

  it('that answers when the request was given up: its connection is closed', async () => {
    const server = await startServer()
    const late: { socket?: Socket } = {}
    const via = openedBy(({ host, port }, created) => {
      late.socket = connect({ host, port }, () => setTimeout(() => created(null, late.socket), 60))
      return undefined
    })
    const agents = agentsFor(server, { handshakeTimeout: 20 }, { via })
    await expect(call(server.url, agents)).rejects.toMatchObject({ code: 'ERR_NTLM_TIMEOUT' })
    await expect.poll(() => late.socket?.destroyed).toBe(true)
    expect(server.log).toEqual([])
  })

  it('that was destroyed still opens connections, as Node has it', async () => {
    const [server, proxy] = [await startServer(BOUND), await startConnectProxy()]
    const via = new HttpsProxyAgent(proxy.url)
    via.destroy()
    const agents = agentsFor(server, {}, { via })
    expect((await call(server.url, agents)).status).toBe(200)
    expect(proxy.targets).toHaveLength(1)
  })

  it('opens in the async context of the request', async () => {
    const server = await startServer()
    const context = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const via = openedBy(({ host, port }) => {
      seen.push(context.getStore())
      return connect({ host, port })
    })
    const agents = agentsFor(server, {}, { via, maxSockets: 1 })
    const ask = (name: string) =>
      context.run(name, async () => {
        const { status } = await call(server.url, agents)
        return `${status} ${context.getStore()}`
      })
    expect(await Promise.all([ask('a'), ask('b')])).toEqual(['200 a', '200 b'])
    expect(seen).toEqual(['a'])
  })

  it('counts in the pool while it opens', async () => {
    const [server, proxy] = [await startServer(), await startConnectProxy()]
    const agents = agentsFor(server, {}, { via: new HttpsProxyAgent(proxy.url), maxSockets: 3 })
    const done = concurrently(10, 20, () => call(server.url, agents))
    await expect.poll(() => server.connections).toBe(3)
    await done
    expect([server.connections, proxy.targets.length]).toEqual([3, 3])
  })

  it('maxTotalSockets holds, and comes back to nothing', async () => {
    const [server, proxy] = [await startServer(), await startConnectProxy()]
    const options = { via: new HttpsProxyAgent(proxy.url), maxTotalSockets: 2, freeSocketTimeout: 30 }
    const agents = agentsFor(server, {}, options)
    for (let round = 0; round < 3; round++) {
      await concurrently(8, 16, () => call(server.url, agents))
      await expect.poll(() => server.openConnections).toBe(0)
    }
    expect(server.connections).toBe(6)
    expect((agents.http as unknown as { totalSocketCount: number }).totalSocketCount).toBe(0)
  })

  it('http-proxy-agent, which writes to the proxy, is refused for http', async () => {
    const [server, proxy] = [await startServer(), await startConnectProxy()]
    const agents = agentsFor(server, {}, { via: new HttpProxyAgent(proxy.url) })
    await expect(call(server.url, agents)).rejects.toMatchObject(refused('its path'))
    expect([server.connections, proxy.plain, proxy.targets]).toEqual([0, [], []])
  })

  it('one that is put in the place of the global agent and writes to the proxy is refused too', async () => {
    const [server, proxy] = [await startServer(), await startConnectProxy()]
    const agents = agentsFor(server, {}, { via: writesToProxy(proxy.port) })
    await expect(call(server.url, agents)).rejects.toMatchObject(refused('its path, Proxy-Authorization'))
    expect([server.connections, proxy.plain, proxy.targets]).toEqual([0, [], []])
  })

  it('socks-proxy-agent', async () => {
    const [server, plain] = [await startServer(BOUND), await startServer()]
    const socks = await startSocks()
    const via = new SocksProxyAgent(`socks5h://127.0.0.1:${socks.port}`)
    const agents = agentsFor(server, { origins: [server.origin, plain.origin] }, { via })
    for (const { url } of [server, plain, server, plain]) expect((await call(url, agents)).status).toBe(200)
    expect(socks.count()).toBe(2)
    expect([wire(server), wire(plain)]).toMatchObject([1, 2].map(() => ({ requests: 3, connections: 1 })))
  })

  it('through an https proxy: the handshake is bound to the certificate of the server, and to none for http', async () => {
    const [bound, plain] = [await startServer(BOUND), await startServer()]
    const certificate = await makeCertificate('127.0.0.1', {})
    const proxy = await startConnectProxy({ tls: certificate })
    const via = new HttpsProxyAgent(proxy.url, { ca: certificate.cert })
    const agents = agentsFor(bound, { origins: [bound.origin, plain.origin] }, { via })
    for (const { url } of [bound, plain]) expect((await call(url, agents)).status).toBe(200)
    expect(proxy.targets).toHaveLength(2)
    const bindings = [bound, plain].map(({ log }) => log[1].channelBinding)
    expect(bindings).toEqual([expect.stringMatching(/^(?!0+$)[0-9a-f]{32}$/), undefined])
  })
})

describe("Node's own proxyEnv", () => {
  const isKnown = Object.getOwnPropertySymbols(new HttpAgent({ proxyEnv: {} } as never)).some(
    ({ description }) => description === 'kProxyConfig',
  )
  const make = (proxyUrl: string) => ({
    http: new HttpAgent({ proxyEnv: { HTTP_PROXY: proxyUrl } } as never),
    https: new HttpsAgent({ proxyEnv: { HTTPS_PROXY: proxyUrl } } as never),
  })

  it('is a tunnel for https, and refused where this Node does not know it', async () => {
    const [server, proxy] = [await startServer(BOUND), await startConnectProxy()]
    const { https } = make(proxy.url)
    if (!isKnown) {
      expect(() => agentsFor(server, {}, { via: { https } })).toThrow(
        expect.objectContaining(refused('proxyEnv')),
      )
      return
    }
    const agents = agentsFor(server, {}, { via: { https } })
    for (let i = 0; i < 5; i++) expect((await call(server.url, agents)).status).toBe(200)
    expect(wire(server)).toMatchObject({ requests: 6, connections: 1 })
    expect(proxy.targets).toHaveLength(1)
  })

  it('is refused for http', async () => {
    const [server, proxy] = [await startServer(), await startConnectProxy()]
    const { http } = make(proxy.url)
    const ask = async () => call(server.url, agentsFor(server, {}, { via: { http } }))
    await expect(ask()).rejects.toMatchObject({ code: 'ERR_NTLM_CONFIG' })
    expect([server.connections, proxy.plain]).toEqual([0, []])
  })
})

describe('what cannot open connections', () => {
  const credentials = { ...ALICE, origins: 'https://intranet.corp' }

  it.each<[string, unknown, string]>([
    ['an object without addRequest', {}, 'has no addRequest'],
    ['a dispatcher', { dispatch() {} }, 'has no addRequest'],
    ['a function', () => new HttpAgent(), 'has no addRequest'],
    ['true', true, 'is true'],
    ['agents of another identity', ntlmAgents(credentials).https, 'authenticates its connections already'],
    ['a cookie agent over an old proxy agent', addingOverOld(), 'above an agent that is no http.Agent'],
    ['options that break pinning', new HttpAgent({ socketPath: '/run/x' } as never), 'socketPath'],
  ])('is refused at once: %s', (_what, via, words) => {
    const expected = expect.objectContaining({
      code: 'ERR_NTLM_CONFIG',
      message: expect.stringContaining(words),
    })
    expect(() => ntlmAgents(credentials, { via: { https: via } } as never)).toThrow(expected)
    expect(() => ntlmAgents(credentials).track({ via: { https: via } })).toThrow(expected)
  })

  it.each([undefined, null, false])('%s is none', (via) => {
    expect(() => ntlmAgents(credentials).track({ via: { https: via } })).not.toThrow()
  })
})

function addingOverOld(): object {
  class Old {
    addRequest(): void {}
  }
  return new (class Adding extends Old {
    override addRequest(): void {}
  })()
}

/** The least of SOCKS 5 (RFC 1928) that a client without credentials needs. */
async function startSocks(): Promise<{ port: number; count(): number }> {
  let count = 0
  const sockets = new Set<Socket>()
  const server = createTcpServer((client) => {
    sockets.add(client)
    client.on('error', () => {})
    client.once('data', () => {
      client.write(Buffer.from([5, 0]))
      client.once('data', (request: Buffer) => {
        const isName = request[3] === 3
        const end = isName ? 5 + request[4] : 8
        const host = isName ? request.subarray(5, end).toString() : request.subarray(4, 8).join('.')
        const upstream = connect(request.readUInt16BE(end), host, () => {
          count++
          client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
          client.pipe(upstream).pipe(client)
        })
        upstream.on('error', () => client.destroy())
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, count: () => count }
}
