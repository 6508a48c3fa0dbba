import type { AgentOptions } from '@ntlmkit/agent'
import { describe, expect, it, onTestFinished } from 'vitest'
import { agentsFor, axiosFor, CLIENTS, call, gotFor } from '../client-matrix.js'
import { type Reply, sessions, streamOf } from '../clients/index.js'
import { ALICE, BOB, concurrently, legs, startServer } from '../wire.js'

const names = Object.keys(sessions)
/** Their GET carries the NEGOTIATE itself; others ask by HEAD (rules.md, The first leg). */
const CARRYING = new Set(['undici request', 'undici fetch', 'the fetch of Node'])

describe.each(CLIENTS.slice(0, 4))('%s', (_name, make) => {
  it.each<[number, string, AgentOptions]>([
    [100, 'pools without a limit', {}],
    [300, 'the same agentkeepalive options, and few sockets', { maxSockets: 4, freeSocketTimeout: 50 }],
  ])(
    'two users never meet on a connection: %i requests at concurrency 20 with %s',
    async (count, _kind, pool) => {
      const server = await startServer()
      const shared: AgentOptions = { ...pool }
      const clients = [make(server, ALICE, shared), make(server, BOB, shared)]
      const users = await concurrently(20, count, async (i) => (await clients[i % 2].get(`/?${i}`)).user)
      expect(users).toEqual(users.map((_, i) => ['alice', 'bob'][i % 2]))
      const seen = new Map<number, Set<string | undefined>>()
      for (const { connection, user, path } of server.log.filter((record) => record.user)) {
        expect(user).toBe(['alice', 'bob'][Number(path.slice(2)) % 2])
        seen.set(connection, (seen.get(connection) ?? new Set()).add(user))
      }
      expect([...seen.values()].every((set) => set.size === 1)).toBe(true)
      expect(server.log.filter(({ violation }) => violation)).toEqual([])
    },
  )
})

describe('a GET that waited goes again when its connection is reset under it', () => {
  it.each(names)('%s', async (client) => {
    let resets = 1
    const server = await startServer({
      handler: ({ url, socket }, response) => {
        if (url === '/reset' && resets-- > 0) socket.resetAndDestroy()
        else response.end('there')
      },
    })
    const session = sessions[client]({ ...ALICE, origins: server.origin }, { connections: 1 })
    onTestFinished(() => session.close())
    const replies = await Promise.all([session.call(server.url), session.call(`${server.origin}/reset`)])
    expect(replies.map(({ status }) => status)).toEqual([200, 200])
    const handshake = [`${CARRYING.has(client) ? 'GET' : 'HEAD'} negotiate 401`, 'GET authenticate 200']
    expect(legs(server)).toEqual([...handshake, 'GET none 0', ...handshake])
  })
})

describe('a GET behind a forbidden one is authenticated anew when its connection is reset under it', () => {
  it.each(names)('%s', async (client) => {
    let resets = 1
    const server = await startServer({
      handler: ({ url, socket }, response) => {
        if (url === '/forbidden') response.writeHead(401, { 'WWW-Authenticate': 'NTLM' }).end()
        else if (url === '/reset' && resets-- > 0) socket.resetAndDestroy()
        else response.end('there')
      },
    })
    const session = sessions[client]({ ...ALICE, origins: server.origin })
    onTestFinished(() => session.close())
    expect((await session.call(server.url)).status).toBe(200)
    expect((await session.call(`${server.origin}/forbidden`)).status).toBe(401)
    expect((await session.call(`${server.origin}/reset`)).status).toBe(200)
    expect(server.log.at(-1)).toMatchObject({ user: 'alice', status: 200 })
  })
})

describe('a handshake behind a forbidden request begins again when its connection closes behind the challenge', () => {
  it.each(names)('%s', async (client) => {
    let closes = 0
    const server = await startServer({
      handler: ({ url }, response) => {
        if (url === '/forbidden') response.writeHead(401, { 'WWW-Authenticate': 'NTLM' }).end()
        else response.end('there')
      },
      tls: true,
      // Not to let anybody pass: it sees each NEGOTIATE, whose answer is out a turn later.
      anonymous: ({ socket }) => {
        if (closes-- === 1) setImmediate(() => socket.destroySoon())
        return false
      },
    })
    const session = sessions[client]({
      ...ALICE,
      origins: server.origin,
      ca: server.ca,
      handshakeTimeout: 5000,
    })
    onTestFinished(() => session.close())
    expect((await session.call(server.url)).status).toBe(200)
    expect((await session.call(`${server.origin}/forbidden`)).status).toBe(401)
    server.clear()
    closes = 1
    expect((await session.call(server.url)).status).toBe(200)
    expect(server.log.at(-1)).toMatchObject({ user: 'alice', status: 200 })
  })
})

describe('an upload that is refused before its end gives its connection up, and its place in the pool', () => {
  it.each(names)('%s', async (client) => {
    const server = await startServer()
    const identity = { ...ALICE, password: 'not hers', origins: server.origin }
    const session = sessions[client](identity, { connections: 1 })
    onTestFinished(() => session.close())
    const body = streamOf(Buffer.alloc(5_000_000))
    // That of a client to which the connection was closed in the middle of its body.
    const refusal = /^(?:401|ECONNRESET|EPIPE|UND_ERR_SOCKET)$/
    expect(await outcomeOf(session.call(server.url, { method: 'POST', body }))).toMatch(refusal)
    await expect.poll(() => server.openConnections).toBe(0)
    // The credential cools down, and what needs it is not sent (rules.md, Log-ons): nothing waits for the place.
    const before = legs(server)
    expect(await outcomeOf(session.call(server.url))).toBe('ERR_NTLM_REJECTED')
    expect(legs(server)).toEqual(before)
  })
})

/** A status, or the code of an error or of what caused it. */
async function outcomeOf(reply: Promise<Reply>): Promise<string> {
  try {
    return String((await reply).status)
  } catch (error) {
    const { code, cause } = error as { code?: string; cause?: { code?: string } }
    return code ?? cause?.code ?? String(error)
  }
}

describe('a redirect', () => {
  /** `/away` leads to another server, `/near` to `/here`, `/kept` to it with the body. */
  async function redirectingServers() {
    const foreign = await startServer()
    const server = await startServer({
      handler: (request, response) => {
        const targets: Record<string, [number, string]> = {
          '/away': [302, `${foreign.origin}/`],
          '/near': [302, '/here'],
          '/kept': [307, '/here'],
        }
        const [status, location] = targets[request.url!] ?? [200, undefined]
        request.resume()
        request.on('end', () => response.writeHead(status, location ? { location } : {}).end('there'))
      },
    })
    return { foreign, server }
  }

  it('to another origin takes no token there: axios', async () => {
    const { foreign, server } = await redirectingServers()
    await expect(axiosFor(server).get('/away')).rejects.toMatchObject({ response: { status: 401 } })
    expect(legs(foreign)).toEqual(['GET none 401'])
    expect(foreign.log[0].headers.authorization).toBeUndefined()
  })

  it('to another origin takes no token there: got, promise and stream', async () => {
    const { foreign, server } = await redirectingServers()
    const instance = gotFor(server)
    await expect(instance('away')).rejects.toMatchObject({ response: { statusCode: 401 } })
    await expect(instance.stream('away').toArray()).rejects.toMatchObject({ response: { statusCode: 401 } })
    expect(legs(foreign)).toEqual(['GET none 401', 'GET none 401'])
    expect(foreign.log.every(({ headers }) => headers.authorization === undefined)).toBe(true)
  })

  it('to the same origin arrives: axios', async () => {
    const { server } = await redirectingServers()
    const instance = axiosFor(server)
    expect((await instance.get('/near')).data).toBe('there')
    expect((await instance.post('/kept', 'abc')).data).toBe('there')
    expect(server.log.at(-1)).toMatchObject({ method: 'POST', bodyBytes: 3, user: 'alice' })
  })

  it('to the same origin arrives: got', async () => {
    const { server } = await redirectingServers()
    const instance = gotFor(server)
    expect((await instance('near')).body).toBe('there')
    expect((await instance.post('kept', { body: 'abc' })).body).toBe('there')
    expect(server.log.at(-1)).toMatchObject({ method: 'POST', bodyBytes: 3, user: 'alice' })
  })
})

describe('requests of one agent to two origins', () => {
  it('share nothing but the credentials', async () => {
    const [one, other] = [await startServer(), await startServer()]
    const agents = agentsFor(one, { origins: [one.origin, other.origin] })
    await concurrently(10, 40, (i) => call([one, other][i % 2].url, agents))
    for (const server of [one, other]) {
      expect(server.log.filter(({ leg }) => leg === 'negotiate')).toHaveLength(server.connections)
    }
  })
})
