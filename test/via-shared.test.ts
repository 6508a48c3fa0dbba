import { get, Agent as HttpAgent } from 'node:http'
import { identities, ntlmAgents } from '@ntlmkit/agent'
import { identities as identitiesOfAxios, ntlm } from '@ntlmkit/axios'
import { identities as identitiesOfGot } from '@ntlmkit/got'
import axios from 'axios'
import got from 'got'
import { describe, expect, it, onTestFinished } from 'vitest'
import { agentsFor, call } from './client-matrix.js'
import { KeepingAgent, ownPool } from './via/openers.js'
import { ALICE, BOB, startServer } from './wire.js'

const GIVEN_BEFORE = {
  code: 'ERR_NTLM_CONFIG',
  message: expect.stringContaining('a connection that it had already given'),
}

/** The users that the server let in, by connection. */
const usersOf = (log: readonly { connection: number; user?: string }[]) => [
  ...new Set(log.filter(({ user }) => user).map(({ connection, user }) => `${connection} ${user}`)),
]

describe('an agent that gives a connection twice', () => {
  it('is refused for the second user, and the first keeps the connection', async () => {
    const server = await startServer()
    const users = identities({ origins: server.origin }, { via: new KeepingAgent() })
    const [alice, bob] = [users.for(ALICE), users.for(BOB)]
    expect((await call(server.url, alice)).user).toBe('alice')
    await expect(call(server.url, bob)).rejects.toMatchObject(GIVEN_BEFORE)
    await expect(call(server.url, users.for({ ...BOB, password: 'x' }))).rejects.toMatchObject(GIVEN_BEFORE)
    expect((await call(server.url, alice)).user).toBe('alice')
    expect([usersOf(server.log), server.log.length]).toEqual([['1 alice'], 3])
    await users.close()
  })

  it('is refused while the first request is under way, and that goes on', async () => {
    const server = await startServer()
    const via = new KeepingAgent()
    const [alice, bob] = [ALICE, BOB].map((who) => agentsFor(server, who, { via }))
    const all = await Promise.allSettled([alice, bob, alice, bob].map((agents) => call(server.url, agents)))
    const refused = { status: 'rejected', reason: GIVEN_BEFORE }
    expect(all).toMatchObject([{ value: { user: 'alice' } }, refused, refused, refused])
    expect(usersOf(server.log)).toEqual(['1 alice'])
  })

  it('is refused for requests without credentials, and for those with their own', async () => {
    const server = await startServer()
    const via = { http: new KeepingAgent() }
    const agents = agentsFor(server, {}, { via })
    expect((await call(server.url, agents)).user).toBe('alice')
    const plain = agents.track({ authenticate: false, via })
    await expect(call(server.url, plain)).rejects.toMatchObject(GIVEN_BEFORE)
    const own = call(server.url, agents, { headers: { authorization: 'Basic eDp5' } })
    await expect(own).rejects.toMatchObject(GIVEN_BEFORE)
    expect(server.log).toHaveLength(2)
  })

  it('to a request that goes past us: the connection is closed, and nothing is sent as its user', async () => {
    const server = await startServer()
    const via = new KeepingAgent({ keepAlive: true })
    const agents = agentsFor(server, {}, { via })
    expect((await call(server.url, agents)).user).toBe('alice')
    await expect(call(server.url, { ...agents, http: via })).rejects.toMatchObject(GIVEN_BEFORE)
    expect(server.log).toHaveLength(2)
  })

  it('after it was used by a request that went past us: another is asked for', async () => {
    const server = await startServer()
    const via = new KeepingAgent({ keepAlive: true })
    const agents = agentsFor(server, {}, { via })
    expect((await call(server.url, { ...agents, http: via })).status).toBe(401)
    expect((await call(server.url, agents)).user).toBe('alice')
    expect(usersOf(server.log)).toEqual(['2 alice'])
  })

  it('that sits on another pool, and hands on what a request there has just set free, is asked again', async () => {
    const server = await startServer()
    const inner = new HttpAgent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => inner.destroy())
    const agents = agentsFor(server, {}, { via: ownPool(inner) })
    const before = call(server.url, { ...agents, http: inner })
    const after = call(server.url, agents)
    expect([(await before).status, (await after).user]).toEqual([401, 'alice'])
    expect(usersOf(server.log)).toEqual(['2 alice'])
  })

  it('that asks agents of another identity is refused', async () => {
    const server = await startServer()
    const alice = agentsFor(server)
    const bob = agentsFor(server, BOB, { via: ownPool(alice.http) })
    await expect(call(server.url, bob)).rejects.toMatchObject({
      code: 'ERR_NTLM_CONFIG',
      message: expect.stringContaining('authenticates its connections already'),
    })
    expect((await call(server.url, alice)).user).toBe('alice')
    expect(usersOf(server.log)).toEqual(['1 alice'])
  })

  it('is refused through axios, with and without credentials', async () => {
    const server = await startServer()
    const httpAgent = new KeepingAgent()
    const users = identitiesOfAxios(() => axios.create({ baseURL: server.origin, httpAgent }), {})
    expect((await users.for(ALICE).get('/')).data).toMatchObject({ user: 'alice' })
    await expect(users.for(BOB).get('/')).rejects.toMatchObject({ code: 'ERR_NTLM_CONFIG' })
    const instance = ntlm(axios.create({ baseURL: server.origin, httpAgent }), BOB)
    await expect(instance.get('/', { ntlm: false })).rejects.toMatchObject({ code: 'ERR_NTLM_CONFIG' })
    expect(usersOf(server.log)).toEqual(['1 alice'])
    expect(server.log).toHaveLength(2)
    await users.close()
  })

  it('is refused through got', async () => {
    const server = await startServer()
    const agent = { http: new KeepingAgent() }
    const users = identitiesOfGot(got.extend({ prefixUrl: server.origin, agent, retry: { limit: 0 } }), {})
    expect(await users.for(ALICE)('').json()).toMatchObject({ user: 'alice' })
    await expect(users.for(BOB)('')).rejects.toMatchObject({ code: 'ERR_NTLM_CONFIG' })
    expect(usersOf(server.log)).toEqual(['1 alice'])
    await users.close()
  })

  it('is refused where it asks for a connection by a way of its own', async () => {
    const server = await startServer()
    class Own extends KeepingAgent {
      createSocket(request: unknown, options: unknown, created: unknown): void {
        const { createSocket } = HttpAgent.prototype as unknown as { createSocket(...given: unknown[]): void }
        createSocket.call(this, request, options, created)
      }
    }
    const via = new Own({ keepAlive: true })
    const [alice, bob] = [ALICE, BOB].map((who) => agentsFor(server, who, { via }))
    expect((await call(server.url, alice)).user).toBe('alice')
    await expect(call(server.url, bob)).rejects.toMatchObject(GIVEN_BEFORE)
    for (let i = 0; i < 3; i++) expect((await call(server.url, alice)).user).toBe('alice')
    expect([usersOf(server.log), via.sockets, via.freeSockets]).toEqual([['1 alice'], {}, {}])
  })
})

describe('close() while a connection is reset', () => {
  it('ends when all is closed', async () => {
    const server = await startServer({
      handler: (request, response) => {
        if (request.url === '/reset') request.socket.resetAndDestroy()
        else setTimeout(() => response.end('fine'), 200)
      },
    })
    const agents = ntlmAgents({ ...ALICE, origins: server.origin })
    const ask = (path: string) =>
      new Promise<string>((resolve) => {
        get(server.origin + path, { agent: agents.http }, async (response) =>
          resolve((await response.toArray()).join('')),
        ).on('error', ({ name }) => resolve(name))
      })
    const both = [ask('/reset'), ask('/slow')]
    await expect.poll(() => Object.values(agents.http.sockets).flat().length).toBeGreaterThan(0)
    await agents.close()
    await expect.poll(() => server.openConnections).toBe(0)
    expect(await Promise.all(both)).toEqual(['NtlmError', 'fine'])
  })
})
