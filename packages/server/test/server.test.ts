import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect as connectHttp2, constants } from 'node:http2'
import { connect as connectSocket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { makeCertificate } from '../src/certificate.js'
import { createNtlmServer } from '../src/index.js'
import { connect, start, stopAfterEach, USERS } from './fixture.js'
import { authorization, initiatorOf, tokenOf } from './raw-client.js'

stopAfterEach()

describe('a server', () => {
  it('listens on loopback, on a port that is free', async () => {
    const server = await start()
    expect(server.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(server.url).toBe(`${server.origin}/`)
    expect(server.ca).toBeUndefined()
  })

  it('listens on the IPv6 loopback address too', async () => {
    const server = await start({ host: '::1' })
    expect(server.origin).toMatch(/^http:\/\/\[::1\]:\d+$/)
    const [, answered] = await connect(server).authenticate()
    expect(answered.status).toBe(200)
  })

  it('has no url before it listens, and none afterwards', async () => {
    const server = createNtlmServer({ users: USERS })
    const refusal = { code: 'ERR_NTLM_CONFIG', message: 'The server does not listen.' }
    expect(() => server.url).toThrow(expect.objectContaining(refusal))
    await server.listen()
    await server.close()
    expect(() => server.url).toThrow(expect.objectContaining(refusal))
  })

  it('says why it cannot listen', async () => {
    const { port } = await start()
    await expect(createNtlmServer({ users: USERS }).listen(port)).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
  })

  it('closes every connection with itself, and may be closed twice', async () => {
    const server = await start()
    await connect(server).authenticate()
    expect(server.openConnections).toBe(1)
    await server.close()
    await server[Symbol.asyncDispose]()
    expect(server.openConnections).toBe(0)
  })

  it('counts connections and requests anew after clear', async () => {
    const server = await start()
    await connect(server).authenticate()
    server.clear()
    expect([server.connections, server.log.length, server.openConnections]).toEqual([0, 0, 1])
    await connect(server).authenticate()
    expect([server.connections, server.log.length]).toEqual([1, 2])
    expect(server.log[0].connection).toBe(2)
  })

  it('keeps no log if it shall not, and reports all the same', async () => {
    const statuses: number[] = []
    const server = await start({ keepLog: false, onRequest: ({ status }) => statuses.push(status) })
    await connect(server).authenticate()
    expect(server.log).toEqual([])
    await expect.poll(() => statuses).toEqual([401, 200])
  })
})

describe('the echo', () => {
  it('tells what arrived: bytes and their hash', async () => {
    const server = await start()
    const body = 'ü'.repeat(100_000)
    const [, answered] = await connect(server).authenticate({ method: 'PUT', path: '/a?b=c', body })
    expect(JSON.parse(answered.body)).toEqual({
      method: 'PUT',
      path: '/a?b=c',
      user: 'alice',
      domain: 'LAB',
      bodyBytes: 200_000,
      bodySha256: createHash('sha256').update(body).digest('hex'),
    })
  })

  it('survives a client that leaves in the middle of its body', async () => {
    const server = await start({ anonymous: ['/'] })
    const leaving = request(server.url, { method: 'POST', headers: { 'content-length': '10' } })
    leaving.on('error', () => {})
    leaving.write('half')
    await expect.poll(() => server.log[0]?.bodyBytes).toBe(4)
    leaving.destroy()
    await expect.poll(() => server.openConnections).toBe(0)
    expect((await connect(server).send()).status).toBe(200)
  })
})

describe('a handler', () => {
  it("of one's own takes the place of the echo and finds the identity in request.ntlm", async () => {
    const server = await start({
      handler: (request, response) => void response.end(JSON.stringify(request.ntlm)),
    })
    const [, answered] = await connect(server).authenticate()
    expect(JSON.parse(answered.body)).toEqual({
      username: 'alice',
      domain: 'LAB',
      workstation: '',
      scheme: 'ntlm',
      mic: true,
      connection: 1,
    })
  })

  it('may redirect', async () => {
    const server = await start({
      handler: (_, response) => void response.writeHead(302, { Location: '/elsewhere' }).end(),
    })
    const [, answered] = await connect(server).authenticate()
    expect(answered).toMatchObject({ status: 302, headers: { location: '/elsewhere' } })
  })

  it('that fails is a 500', async () => {
    const server = await start({
      handler: () => {
        throw new Error('No luck today.')
      },
    })
    const [, answered] = await connect(server).authenticate()
    expect(answered).toMatchObject({ status: 500, body: 'No luck today.\n' })
    expect(server.log[1]).toMatchObject({ user: 'alice', status: 500 })
  })

  it('that fails with what its client sent does not write it to a terminal', async () => {
    const server = await start({
      handler: ({ ntlm }) => {
        throw new Error(`No ${ntlm?.workstation}${'x'.repeat(2000)}`)
      },
    })
    const workstation = '\x1b[2J\u202e'
    const [, answered] = await connect(server).authenticate(
      {},
      initiatorOf('LAB\\alice', 'Passw0rd!', { workstation }),
    )
    expect(answered.body).toBe(`No \\u001b[2J\\u202e${'x'.repeat(992)}... (1008 more)\n`)
  })

  it('is not reached by a failing account store', async () => {
    const server = await start({ users: () => Promise.reject(new Error('The store is down.')) })
    const [, answered] = await connect(server).authenticate()
    expect(answered).toMatchObject({ status: 500, body: 'The users function failed.\n' })
  })
})

describe('a body', () => {
  it('that arrives before the authentication is counted, and the connection goes on', async () => {
    const server = await start()
    const alice = connect(server)
    await alice.send({ method: 'POST', body: 'x'.repeat(100_000) })
    const [, answered] = await alice.authenticate({ method: 'POST', body: 'hello' })
    expect(answered.status).toBe(200)
    expect(server.log.map(({ bodyBytes }) => bodyBytes)).toEqual([100_000, 0, 5])
    expect(server.connections).toBe(1)
  })

  it('that a handler does not read is counted all the same', async () => {
    const server = await start({ anonymous: ['/'], handler: (_, response) => void response.end('no') })
    const body = 'x'.repeat(300_000)
    await connect(server).send({ method: 'POST', body })
    await expect.poll(() => server.log[0].bodyBytes).toBe(300_000)
  })

  it('is asked for with 100 Continue only from those who may pass', async () => {
    const server = await start()
    const alice = connect(server)
    const expecting = { method: 'POST', headers: { expect: '100-continue' }, body: 'hello' }
    expect(await alice.send(expecting)).toMatchObject({ status: 401, headers: { connection: 'close' } })
    const initiator = initiatorOf()
    const challenged = await alice.send({ authorization: authorization('NTLM', initiator) })
    expect(JSON.parse((await alice.answer(challenged, expecting, initiator)).body).bodyBytes).toBe(5)
  })
})

describe('pipelined requests', () => {
  it('are looked at in their order', async () => {
    const server = await start({ anonymous: ['/public'], delay: ({ path }) => (path === '/first' ? 20 : 0) })
    const socket = connectSocket(server.port, '127.0.0.1')
    const paths = ['/first', '/public', '/third']
    socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''))
    await expect
      .poll(() => server.log.map(({ path, status }) => [path, status]))
      .toEqual([
        ['/first', 401],
        ['/public', 200],
        ['/third', 401],
      ])
    socket.destroy()
  })
})

describe('a delay', () => {
  it('may be different for each leg', async () => {
    const legs: string[] = []
    const server = await start({
      delay: ({ leg }) => {
        legs.push(leg)
        return 1
      },
    })
    const [, answered] = await connect(server).authenticate()
    expect(answered.status).toBe(200)
    expect(legs).toEqual(['negotiate', 'authenticate'])
  })

  it('ends with the client, whose request is then not handled', async () => {
    let handled = 0
    const statuses: number[] = []
    const server = await start({
      anonymous: ['/'],
      delay: 600_000,
      handler: () => void handled++,
      onRequest: ({ status }) => statuses.push(status),
    })
    const leaving = request(server.url)
    leaving.on('error', () => {})
    leaving.end()
    await expect.poll(() => server.log.length).toBe(1)
    leaving.destroy()
    await expect.poll(() => statuses).toEqual([0])
    expect(handled).toBe(0)
  })
})

describe('an idle connection', () => {
  it('is closed without a word', async () => {
    const server = await start({ idleTimeout: 50 })
    const [, answered] = await connect(server).authenticate()
    expect(answered.headers).not.toHaveProperty('keep-alive')
    await expect.poll(() => server.openConnections).toBe(0)
  })

  it('is closed as the Keep-Alive header said', async () => {
    const server = await start({ idleTimeout: 5_000, keepAliveHeader: true })
    expect((await connect(server).send()).headers['keep-alive']).toBe('timeout=5')
  })

  it('is one on which nothing was asked at all, too', async () => {
    const server = await start({ idleTimeout: 50 })
    const socket = connectSocket(server.port, '127.0.0.1')
    await expect.poll(() => server.connections).toBe(1)
    await expect.poll(() => server.openConnections).toBe(0)
    socket.destroy()
  })

  it('is none while an answer is awaited', async () => {
    const server = await start({ idleTimeout: 20, delay: 100 })
    expect((await connect(server).send()).status).toBe(401)
  })
})

describe('an upgrade', () => {
  const upgrade = { connection: 'upgrade', upgrade: 'x' }

  it('passes on an authenticated connection, to its own handler', async () => {
    const server = await start({
      upgrade: ({ ntlm }, socket) => {
        socket.end(
          `HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n${ntlm?.username}`,
        )
      },
    })
    const socket = connectSocket(server.port, '127.0.0.1')
    const initiator = initiatorOf()
    const answers: string[] = []
    socket.on('data', (chunk) => answers.push(chunk.toString()))
    socket.write(`GET / HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization('NTLM', initiator)}\r\n\r\n`)
    await expect.poll(() => answers.join('')).toMatch(/needed\.\n$/)
    const token = Buffer.from(/NTLM (\S+)/.exec(answers.join(''))![1], 'base64')
    const field = authorization('NTLM', initiator, token)
    socket.write(
      `GET / HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: x\r\nAuthorization: ${field}\r\n\r\n`,
    )
    await expect.poll(() => answers.join('')).toMatch(/101 Switching[\s\S]*alice$/)
    expect(server.log[1]).toMatchObject({ leg: 'authenticate', status: 101, user: 'alice' })
    socket.destroy()
  })

  it('is refused, and the connection closed, without authentication', async () => {
    const server = await start({ upgrade: (_, socket) => socket.destroy() })
    const refused = await connect(server).send({ headers: upgrade })
    expect(refused).toMatchObject({ status: 401, challenges: ['NTLM'], headers: { connection: 'close' } })
  })

  it('is reported, refused or not', async () => {
    const statuses: number[] = []
    const server = await start({
      anonymous: ['/open'],
      upgrade: (_, socket) => socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n'),
      onRequest: ({ status }) => statuses.push(status),
    })
    await connect(server).send({ headers: upgrade })
    await connect(server).send({ path: '/open', headers: upgrade })
    expect(statuses).toEqual([401, 101])
  })

  it('is a request like any other without a handler for it', async () => {
    const server = await start({ anonymous: ['/'] })
    expect((await connect(server).send({ headers: upgrade })).status).toBe(200)
  })
})

describe('https', () => {
  it("takes a key and certificate of one's own", async () => {
    const tls = await makeCertificate('127.0.0.1')
    const server = await start({ tls })
    expect(server.ca).toBe(tls.cert)
    const [, answered] = await connect(server).authenticate()
    expect(answered.status).toBe(200)
  })

  it('makes another certificate for another server, and keeps it while it lives', async () => {
    const [one, other] = await Promise.all([start({ tls: true }), start({ tls: true })])
    expect(one.ca).not.toBe(other.ca)
    const { ca } = one
    await one.close()
    await one.listen()
    expect(one.ca).toBe(ca)
  })
})

describe('a connection in the middle of its TLS handshake', () => {
  it('is closed with the server, and not counted', async () => {
    const server = await start({ tls: true })
    const socket = connectSocket(server.port, '127.0.0.1')
    socket.on('error', () => {})
    await once(socket, 'connect')
    await server.close()
    expect(server.connections).toBe(0)
    socket.destroy()
  })
})

describe('http/2 in ALPN', () => {
  const sessions: { destroy(): void }[] = []
  afterEach(() => {
    for (const session of sessions.splice(0)) session.destroy()
  })

  function ask(
    server: { origin: string; ca: string | undefined },
    header: string,
  ): Promise<{ status?: number; challenges?: string[]; reset?: number }> {
    const session = connectHttp2(server.origin, { ca: server.ca })
    sessions.push(session)
    return new Promise((resolve) => {
      const stream = session.request({ ':path': '/', authorization: header })
      stream.on('error', () => {})
      stream.on('response', (headers) => {
        resolve({ status: headers[':status'], challenges: [String(headers['www-authenticate'])] })
      })
      stream.on('close', () => resolve({ reset: stream.rstCode }))
      stream.resume()
    })
  }

  it('may end in a reset that asks for http/1.1, which works beside it', async () => {
    const server = await start({ tls: true, http2: 'reset' })
    expect(await ask(server, 'x')).toEqual({ reset: constants.NGHTTP2_HTTP_1_1_REQUIRED })
    const [, answered] = await connect(server).authenticate()
    expect(answered.status).toBe(200)
  })

  it('may end in challenges that no answer satisfies', async () => {
    const server = await start({ tls: true, http2: 'challenge' })
    const initiator = initiatorOf()
    const { status, challenges = [] } = await ask(server, authorization('NTLM', initiator))
    expect(status).toBe(401)
    const token = tokenOf({ status: 401, headers: {}, body: '', challenges })
    expect(await ask(server, authorization('NTLM', initiator, token))).toEqual({
      status: 401,
      challenges: ['NTLM'],
    })
    expect(server.log[1].violation).toBe('not-challenged')
  })
})
