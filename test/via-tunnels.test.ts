import type { NtlmServer } from '@ntlmkit/server'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { describe, expect, it } from 'vitest'
import { agentsFor, call } from './client-matrix.js'
import { type ConnectProxy, startConnectProxy } from './via/connect-proxy.js'
import { proxyAgent, TUNNELS, type TunnelMaker } from './via/proxy-agents.js'
import { ALICE, BOB, concurrently, legs, startServer, tally, wire } from './wire.js'

const BOUND = { tls: true, channelBinding: 'require' } as const

/** Every connection came through the proxy: there are as many tunnels to this server as connections there. */
function throughProxy(server: NtlmServer, proxy: ConnectProxy) {
  const { host } = new URL(server.origin)
  return {
    tunnels: proxy.targets.filter((target) => target === host).length,
    connections: server.connections,
    plain: proxy.plain,
  }
}

/** The users of each connection; a connection that serves two has a name of both. */
function usersOf(server: NtlmServer): string[] {
  const users = new Map<number, Set<string>>()
  for (const { connection, user } of server.log) {
    const known = users.get(connection) ?? new Set()
    if (user !== undefined) known.add(user)
    users.set(connection, known)
  }
  return [...users.values()].map((known) => [...known].join('+')).sort()
}

describe.each(TUNNELS)('through a tunnel of $name', (maker: TunnelMaker) => {
  it('100 GETs in turn to a server that requires channel binding are 101 requests on one connection', async () => {
    const [server, proxy] = [await startServer(BOUND), await startConnectProxy()]
    const agents = agentsFor(server, {}, { via: maker.https(proxy, server.ca) })
    for (let i = 0; i < 100; i++) expect((await call(server.url, agents)).status).toBe(200)
    expect(wire(server)).toMatchObject({ requests: 101, connections: 1 })
    expect(throughProxy(server, proxy)).toEqual({ tunnels: 1, connections: 1, plain: [] })
    expect(legs(server).slice(0, 3)).toEqual(['HEAD negotiate 401', 'GET authenticate 200', 'GET none 200'])
  })

  it('100 GETs at concurrency 10 over https are 110 requests on 10 connections', async () => {
    const [server, proxy] = [await startServer(BOUND), await startConnectProxy()]
    const agents = agentsFor(server, {}, { via: maker.https(proxy, server.ca), maxSockets: 10 })
    const answers = await concurrently(10, 100, () => call(server.url, agents))
    expect(tally(answers.map(({ status, user }) => `${status} ${user}`))).toEqual({ '200 alice': 100 })
    expect(wire(server)).toMatchObject({ requests: 110, connections: 10 })
    expect(throughProxy(server, proxy)).toEqual({ tunnels: 10, connections: 10, plain: [] })
  })

  it('5 MB go once, over http and https', async () => {
    const proxy = await startConnectProxy()
    const body = Buffer.alloc(5_000_000, 'ntlmkit')
    for (const options of [{}, BOUND]) {
      const server = await startServer(options)
      const via = { http: maker.http(proxy), https: maker.https(proxy, server.ca) }
      const agents = agentsFor(server, {}, { via })
      expect((await call(server.url, agents, { method: 'POST' }, body)).status).toBe(200)
      expect(wire(server)).toEqual({ requests: 2, connections: 1, bodyBytes: 5_000_000 })
      expect(throughProxy(server, proxy)).toEqual({ tunnels: 1, connections: 1, plain: [] })
    }
  })

  it('20 GETs in turn over http are 21 requests on one connection', async () => {
    const [server, proxy] = [await startServer(), await startConnectProxy()]
    const agents = agentsFor(server, {}, { via: maker.http(proxy) })
    for (let i = 0; i < 20; i++) expect((await call(server.url, agents)).status).toBe(200)
    expect(wire(server)).toMatchObject({ requests: 21, connections: 1 })
    expect(throughProxy(server, proxy)).toEqual({ tunnels: 1, connections: 1, plain: [] })
  })

  it('two identities with one agent never share a connection', async () => {
    const [server, proxy] = [await startServer(BOUND), await startConnectProxy()]
    const via = maker.https(proxy, server.ca)
    const both = [ALICE, BOB].map((who) => agentsFor(server, who, { via, maxSockets: 3 }))
    const answers = await concurrently(6, 60, (i) => call(server.url, both[i % 2]))
    expect(answers.map(({ user }) => user)).toEqual(answers.map((_, i) => ['alice', 'bob'][i % 2]))
    const users = usersOf(server)
    expect(users).toEqual(users.map((user) => (user === 'alice' ? 'alice' : 'bob')))
    expect(proxy.targets).toHaveLength(server.connections)
  })

  it('two agents never share a connection, and each request goes through its own', async () => {
    const server = await startServer(BOUND)
    const proxies = [await startConnectProxy(), await startConnectProxy()]
    const given = proxies.map((proxy) => maker.https(proxy, server.ca))
    const agents = agentsFor(server)
    for (let i = 0; i < 10; i++) {
      const tracked = agents.track({ via: { https: given[i % 2] } })
      expect((await call(server.url, tracked)).status).toBe(200)
    }
    expect(proxies.map(({ targets }) => targets.length)).toEqual([1, 1])
    expect(wire(server)).toMatchObject({ requests: 12, connections: 2 })
    expect((await call(server.url, agents)).status).toBe(200)
    expect(server.connections).toBe(3)
  })

  it('a proxy that refuses fails the request, and the server sees nothing', async () => {
    const server = await startServer(BOUND)
    const refuse = { status: 407, reason: 'Proxy Authentication Required', body: 'who are you' }
    const proxy = await startConnectProxy({ refuse })
    const via = { http: maker.http(proxy), https: maker.https(proxy, server.ca) }
    await expect(call(server.url, agentsFor(server, {}, { via }))).rejects.toThrow('407')
    expect(server.connections).toBe(0)
    const plain = await startServer()
    await expect(call(plain.url, agentsFor(plain, {}, { via }))).rejects.toThrow('407')
    expect(plain.connections).toBe(0)
  })

  it('a proxy that cannot be reached fails the request with its own code', async () => {
    const server = await startServer(BOUND)
    const proxy = { ...(await startConnectProxy()), url: 'http://127.0.0.1:1', port: 1 }
    const agents = agentsFor(server, {}, { via: maker.https(proxy, server.ca) })
    const code = maker.name.startsWith('tunnel') ? 'ECONNRESET' : 'ECONNREFUSED'
    await expect(call(server.url, agents)).rejects.toMatchObject({ code })
    await expect(call(server.url, agents)).rejects.toThrow('ECONNREFUSED')
    expect(server.connections).toBe(0)
  })

  it('a proxy that never answers: handshakeTimeout holds, and the place is given to the next', async () => {
    const server = await startServer(BOUND)
    const proxy = await startConnectProxy({ silent: true })
    const via = maker.https(proxy, server.ca)
    const agents = agentsFor(server, { handshakeTimeout: 100 }, { via, maxSockets: 1 })
    const both = await Promise.allSettled([call(server.url, agents), call(server.url, agents)])
    expect(both).toMatchObject([1, 2].map(() => ({ reason: { code: 'ERR_NTLM_TIMEOUT' } })))
    expect(agents.https.getCurrentStatus()).toMatchObject({ sockets: {}, freeSockets: {}, requests: {} })
  })

  it('destroy() fails what is being opened and closes the tunnels', async () => {
    const server = await startServer(BOUND)
    const [open, silent] = [await startConnectProxy(), await startConnectProxy({ silent: true })]
    const agents = agentsFor(server, {}, { via: maker.https(open, server.ca) })
    await call(server.url, agents)
    const tracked = agents.track({ via: { https: maker.https(silent, server.ca) } })
    const waiting = call(server.url, tracked)
    waiting.catch(() => {})
    await expect.poll(() => silent.targets.length).toBe(1)
    agents.destroy()
    await expect(waiting).rejects.toMatchObject({ code: 'ECONNRESET' })
    await expect.poll(() => open.openTunnels).toBe(0)
    await expect(call(server.url, tracked)).rejects.toMatchObject({ code: 'ECONNRESET' })
  })

  it('requests that are not ours go through the proxy too, on connections of their own', async () => {
    const [server, other, proxy] = [await startServer(), await startServer(), await startConnectProxy()]
    const agents = agentsFor(server, {}, { via: maker.http(proxy) })
    expect((await call(server.url, agents)).status).toBe(200)
    expect((await call(other.url, agents)).status).toBe(401)
    const own = await call(server.url, agents, { headers: { authorization: 'Basic eDp5' } })
    expect(own.status).toBe(401)
    expect(legs(other)).toEqual(['GET none 401'])
    expect(throughProxy(server, proxy)).toEqual({ tunnels: 2, connections: 2, plain: [] })
    expect(throughProxy(other, proxy)).toEqual({ tunnels: 1, connections: 1, plain: [] })
  })

  it('the proxy sees nothing of the request but where it goes', async () => {
    const [server, proxy] = [await startServer(BOUND), await startConnectProxy()]
    const agents = agentsFor(server, {}, { via: maker.https(proxy, server.ca) })
    await call(server.url, agents, { headers: { cookie: 'secret=1', 'x-token': 'secret' } })
    const names = Object.keys(proxy.fields[0])
    expect(names.filter((name) => /^(?:cookie|authorization|x-token)$/.test(name))).toEqual([])
    expect(proxy.targets).toEqual([new URL(server.origin).host])
  })
})

describe('proxy-agent, which chooses an agent for each request', () => {
  it('opens a tunnel for https', async () => {
    const [server, proxy] = [await startServer(BOUND), await startConnectProxy()]
    const agents = agentsFor(server, {}, { via: proxyAgent(proxy), maxSockets: 4 })
    const answers = await concurrently(4, 40, () => call(server.url, agents))
    expect(tally(answers.map(({ status }) => status))).toEqual({ 200: 40 })
    expect(wire(server)).toMatchObject({ requests: 44, connections: 4 })
    expect(throughProxy(server, proxy)).toEqual({ tunnels: 4, connections: 4, plain: [] })
  })

  it('is refused for http, where it writes to the proxy', async () => {
    const [server, proxy] = [await startServer(), await startConnectProxy()]
    const agents = agentsFor(server, {}, { via: proxyAgent(proxy) })
    await expect(call(server.url, agents)).rejects.toMatchObject({
      code: 'ERR_NTLM_CONFIG',
      message: expect.stringContaining('changes the request'),
    })
    expect([server.connections, proxy.plain]).toEqual([0, []])
  })
})

it('what an agent was made with counts for its connections, as in Node: a certificate authority', async () => {
  const [server, proxy] = [await startServer(BOUND), await startConnectProxy()]
  const via = new HttpsProxyAgent(proxy.url)
  Object.assign(via.options, { ca: server.ca })
  const agents = agentsFor(server, {}, { via, ca: undefined })
  expect(await call(server.url, agents)).toMatchObject({ status: 200, user: 'alice' })
  expect(throughProxy(server, proxy)).toEqual({ tunnels: 1, connections: 1, plain: [] })
})
