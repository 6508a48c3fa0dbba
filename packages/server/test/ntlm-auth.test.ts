import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import middie from '@fastify/middie'
import { channelBindingHash, tlsServerEndPoint } from '@ntlmkit/core'
import express from 'express'
import fastify from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { leafOf, makeCertificate } from '../src/certificate.js'
import { type NtlmAuthOptions, ntlmAuth, type RequestRecord } from '../src/index.js'
import { USERS } from './fixture.js'
import { authorization, initiatorOf, RawClient } from './raw-client.js'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function clientOf(server: Server, ca?: string): Promise<RawClient> {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const client = new RawClient({ origin: `http${ca ? 's' : ''}://127.0.0.1:${port}`, ca })
  ends.push(
    () => server.close(),
    () => client.close(),
  )
  return client
}

function plain(options: Partial<NtlmAuthOptions> = {}): Server {
  const auth = ntlmAuth({ users: USERS, ...options })
  return createServer((request, response) => {
    auth(request, response, (error) => {
      response.statusCode = error ? 500 : 200
      response.end(error instanceof Error ? error.message : JSON.stringify(request.ntlm ?? null))
    })
  })
}

describe('the middleware, in node:http', () => {
  it('answers the legs and hands on the rest, with request.ntlm', async () => {
    const alice = await clientOf(plain())
    const [challenged, answered] = await alice.authenticate()
    expect(challenged.status).toBe(401)
    expect(JSON.parse(answered.body)).toMatchObject({ username: 'alice', domain: 'LAB', connection: 1 })
    expect(JSON.parse((await alice.send()).body)).toMatchObject({ username: 'alice' })
  })

  it('sets nothing on an anonymous path', async () => {
    const nobody = await clientOf(plain({ anonymous: ['/'] }))
    expect(await nobody.send()).toMatchObject({ status: 200, body: 'null' })
  })

  it('reports every request', async () => {
    const records: RequestRecord[] = []
    const alice = await clientOf(plain({ onRequest: (record) => records.push(record) }))
    await alice.authenticate()
    await expect
      .poll(() => records.map(({ leg, status, connection }) => [leg, status, connection]))
      .toEqual([
        ['negotiate', 401, 1],
        ['authenticate', 200, 1],
      ])
  })

  it('hands on an error of the account store', async () => {
    const users = () => Promise.reject(new Error('The store is down.'))
    const [, answered] = await (await clientOf(plain({ users }))).authenticate()
    expect(answered).toMatchObject({ status: 500, body: 'The users function failed.' })
  })

  it('keeps apart two of its kind on one connection', async () => {
    const auth = [ntlmAuth({ users: USERS }), ntlmAuth({ users: { 'LAB\\bob': 'Secret2' } })]
    const server = createServer((request, response) => {
      auth[request.url === '/bob' ? 1 : 0](request, response, () => response.end(request.ntlm?.username))
    })
    const client = await clientOf(server)
    await client.authenticate({ path: '/alice' })
    expect((await client.send({ path: '/bob' })).status).toBe(401)
  })

  it('refuses bad options where they are given', () => {
    expect(() => ntlmAuth({} as NtlmAuthOptions)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message: 'The users are missing.' }),
    )
  })
})

describe('channel binding', () => {
  it('is to the certificate of the connection', async () => {
    const { key, cert } = await makeCertificate('127.0.0.1')
    const server = createHttpsServer(
      { key, cert },
      plain({ channelBinding: 'require' }).listeners('request')[0] as never,
    )
    const client = await clientOf(server, cert)
    const channelBinding = channelBindingHash(tlsServerEndPoint(leafOf(cert))!)
    expect((await client.authenticate())[1].status).toBe(401)
    const [, answered] = await client.authenticate(
      {},
      initiatorOf('LAB\\alice', 'Passw0rd!', { channelBinding }),
    )
    expect(JSON.parse(answered.body).channelBinding).toBe(channelBinding.toString('hex'))
  })

  it('is to the one that clients see, where TLS ends before the server', async () => {
    const { cert } = await makeCertificate('intranet.lab.test')
    const client = await clientOf(plain({ channelBinding: 'require', certificate: cert }))
    const channelBinding = channelBindingHash(tlsServerEndPoint(leafOf(cert))!)
    const [, answered] = await client.authenticate(
      {},
      initiatorOf('LAB\\alice', 'Passw0rd!', { channelBinding }),
    )
    expect(answered.status).toBe(200)
  })

  it('that is required and impossible is an error, not a refusal', async () => {
    const client = await clientOf(plain({ channelBinding: 'require' }))
    expect(await client.send({ authorization: authorization('NTLM', initiatorOf()) })).toMatchObject({
      status: 500,
      body: 'Channel binding is required, and the connection has no TLS.',
    })
  })
})

describe('Express 5', () => {
  it('uses it as it is, below a mount point too', async () => {
    const records: RequestRecord[] = []
    const app = express()
    app.get('/', (_, response) => void response.send('open'))
    app.use(
      '/api',
      ntlmAuth({ users: USERS, anonymous: ['/api/health'], onRequest: (record) => records.push(record) }),
    )
    app.use(express.json())
    app.post('/api/items', (request, response) => {
      response.json({ user: request.ntlm?.username, body: request.body })
    })
    app.get('/api/health', (_, response) => void response.send('well'))

    const alice = await clientOf(createServer(app))
    expect(await alice.send()).toMatchObject({ status: 200, body: 'open' })
    expect(await alice.send({ path: '/api/health' })).toMatchObject({ status: 200, body: 'well' })
    const [challenged, answered] = await alice.authenticate({
      method: 'POST',
      path: '/api/items',
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    })
    expect(challenged.status).toBe(401)
    expect(JSON.parse(answered.body)).toEqual({ user: 'alice', body: { a: 1 } })
    await expect
      .poll(() => records.map(({ path, bodyBytes }) => [path, bodyBytes]))
      .toEqual([
        ['/api/health', 0],
        ['/api/items', 0],
        ['/api/items', 7],
      ])
  })
})

describe('Fastify 5', () => {
  it('uses it as an onRequest hook', async () => {
    const app = fastify()
    const auth = ntlmAuth({ users: USERS })
    app.addHook('onRequest', (request, reply, done) => auth(request.raw, reply.raw, done as () => void))
    app.post('/items', async (request) => ({ user: request.raw.ntlm?.username, body: request.body }))
    await check(app)
  })

  it('uses it through @fastify/middie', async () => {
    const app = fastify()
    await app.register(middie)
    app.use(ntlmAuth({ users: USERS }))
    app.post('/items', async (request) => ({ user: request.raw.ntlm?.username, body: request.body }))
    await check(app)
  })

  async function check(app: ReturnType<typeof fastify>): Promise<void> {
    ends.push(() => app.close())
    await app.ready()
    const alice = await clientOf(app.server)
    const headers = { 'content-type': 'application/json' }
    const [challenged, answered] = await alice.authenticate({
      method: 'POST',
      path: '/items',
      headers,
      body: '{"a":1}',
    })
    expect(challenged.status).toBe(401)
    expect(JSON.parse(answered.body)).toEqual({ user: 'alice', body: { a: 1 } })
    const again = await alice.send({ method: 'POST', path: '/items', headers, body: '{"b":2}' })
    expect(JSON.parse(again.body)).toEqual({ user: 'alice', body: { b: 2 } })
  }
})
