import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { identities, ntlm } from '@ntlmkit/got'
import got from 'got'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startTunnel } from '../packages/axios/test/tunnel.js'
import { gotFor } from './client-matrix.js'
import { ALICE, BOB, concurrently, startServer, wire } from './wire.js'

const bound = () => startServer({ tls: true, channelBinding: 'require' })

describe('the user’s own agents', () => {
  it('open the connections of an instance: through a proxy, with channel binding', async () => {
    const [server, tunnel] = [await bound(), await startTunnel()]
    const instance = gotFor(server, {}, { agent: { https: new HttpsProxyAgent(tunnel.url) } })
    for (let i = 0; i < 10; i++) expect(await instance('').json()).toMatchObject({ user: 'alice' })
    expect(JSON.parse((await instance.stream('').toArray()).join(''))).toMatchObject({ user: 'alice' })
    expect(wire(server)).toMatchObject({ requests: 12, connections: 1 })
    expect(tunnel.targets).toHaveLength(1)
  })

  it('open the connections of one request, and of no other', async () => {
    const [server, tunnel] = [await bound(), await startTunnel()]
    const agent = { https: new HttpsProxyAgent(tunnel.url) }
    const instance = gotFor(server)
    for (let i = 0; i < 3; i++) {
      expect(await instance('', { agent }).json()).toMatchObject({ user: 'alice' })
      expect(await instance('').json()).toMatchObject({ user: 'alice' })
    }
    expect(wire(server)).toMatchObject({ connections: 2 })
    expect(tunnel.targets).toHaveLength(1)
  })

  it('open the connections of all pages, and of retries', async () => {
    let failures = 1
    const server = await startServer({
      tls: true,
      handler: (request, response) => {
        const page = Number(new URL(request.url!, 'http://x').searchParams.get('page'))
        if (page === 2 && failures-- > 0) response.statusCode = 503
        response.setHeader('Link', page < 3 ? `<?page=${page + 1}>; rel="next"` : '')
        response.end(JSON.stringify([page]))
      },
    })
    const tunnel = await startTunnel()
    const instance = gotFor(server, {}, { agent: { https: new HttpsProxyAgent(tunnel.url) } })
    const pages = await instance.paginate.all('list', {
      searchParams: { page: 1 },
      responseType: 'json',
      retry: { calculateDelay: ({ computedValue }) => Math.min(computedValue, 1) },
    })
    expect(pages).toEqual([1, 2, 3])
    expect(tunnel.targets).toHaveLength(server.connections)
  })

  it('lend a request their options, if they are plain', async () => {
    const server = await startServer()
    const agent = { http: new HttpAgent({ maxSockets: 1 }), https: new HttpsAgent() }
    const instance = gotFor(server)
    await concurrently(5, 10, () => instance('', { agent }))
    expect(wire(server)).toMatchObject({ requests: 11, connections: 1 })
    expect(agent.http.sockets).toEqual({})
  })
})

describe('instances by user', () => {
  it('ask as their user, interleaved, and each of them stays one', async () => {
    const server = await startServer()
    const users = identities(got.extend({ prefixUrl: server.origin }), { max: 2 })
    onTestFinished(() => users.close())
    const answers = await concurrently(4, 20, async (i) => {
      const { user } = await users
        .for(i % 3 ? ALICE : BOB)('')
        .json<{ user: string }>()
      return user
    })
    expect(answers).toEqual(Array.from({ length: 20 }, (_, i) => (i % 3 ? 'alice' : 'bob')))
    expect(users.for(ALICE)).toBe(users.for({ ...ALICE }))
  })

  it('are let go when others come, and keep no connection', async () => {
    const server = await startServer()
    const users = identities(got.extend({ prefixUrl: server.origin }), { max: 1 })
    const alice = users.for(ALICE)
    await alice('')
    const bob = users.for(BOB)
    await bob('')
    await expect.poll(() => server.openConnections).toBe(1)
    expect(await alice('').json()).toMatchObject({ user: 'alice' })
    await users.close()
    await expect.poll(() => server.openConnections).toBe(0)
    await expect(bob('')).rejects.toMatchObject({ message: 'The instance has been closed.' })
  })

  it.each<[object, string]>([
    [ALICE, 'The username option belongs to one user.'],
    [{ max: 0 }, 'The max option is no whole number above 0.'],
  ])('are refused at once: %o', (options, message) => {
    expect(() => identities(got, options as never)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message }),
    )
  })
})

describe('close()', () => {
  it('ends the connections of all that was extended with it, and what is under way', async () => {
    const server = await startServer({
      handler: (request, response) => {
        if (request.url !== '/silent') response.end()
      },
    })
    const auth = ntlm({ ...ALICE, origins: server.origin })
    const instance = got.extend({ prefixUrl: server.origin, retry: { limit: 0 } }, auth)
    await instance('')
    const silent = instance('silent').catch(({ code }) => code)
    await expect.poll(() => server.log.length).toBeGreaterThan(2)
    auth.close()
    expect(await silent).toBe('ECONNRESET')
    await expect.poll(() => server.openConnections).toBe(0)
  })
})
