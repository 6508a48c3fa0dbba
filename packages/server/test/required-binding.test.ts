import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { channelBindingHash, NtlmInitiator, tlsServerEndPoint } from '@ntlmkit/core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type KeyAndCertificate, leafOf, makeCertificate } from '../src/certificate.js'
import { createNtlmServer, type NtlmAuthOptions, ntlmAuth } from '../src/index.js'
import { connect, start, stopAfterEach, USERS } from './fixture.js'
import { authorization, initiatorOf, RawClient } from './raw-client.js'
import { ed25519Certificate, sha3Certificate } from './undefined-binding.js'

stopAfterEach()

const NONE_DEFINED = 'Channel binding is required, and none is defined for the certificate.'
const ZERO = Buffer.alloc(16)

const bound = (channelBinding?: Uint8Array) => initiatorOf('LAB\\alice', 'Passw0rd!', { channelBinding })
const rightBinding = (cert: string) => channelBindingHash(tlsServerEndPoint(leafOf(cert))!)

async function listening(options: Partial<NtlmAuthOptions>, tls?: KeyAndCertificate): Promise<RawClient> {
  const auth = ntlmAuth({
    users: USERS,
    channelBinding: 'require',
    schemes: ['ntlm', 'negotiate'],
    ...options,
  })
  const listener: RequestListener = (request, response) => {
    auth(request, response, (error) => {
      response.writeHead(error ? 500 : 200).end(error instanceof Error ? error.message : 'let in')
    })
  }
  const server: Server = tls ? createHttpsServer(tls, listener) : createHttpServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const client = new RawClient({ origin: `http${tls ? 's' : ''}://127.0.0.1:${port}`, ca: tls?.cert })
  onTestFinished(() => {
    client.close()
    server.close()
  })
  return client
}

describe('a binding that is required', () => {
  it.each<[string, Uint8Array | undefined, string]>([
    ['none', undefined, 'channel-binding-missing'],
    ['zeros, which say none', ZERO, 'channel-binding'],
    ['another', Buffer.alloc(16, 7), 'channel-binding'],
  ])('is not satisfied by %s', async (_, sent, failed) => {
    for (const scheme of ['ntlm', 'negotiate'] as const) {
      const server = await start({ tls: true, channelBinding: 'require', schemes: [scheme] })
      const name = scheme === 'ntlm' ? 'NTLM' : 'Negotiate'
      const [, answered] = await connect(server).authenticate({}, bound(sent), name)
      expect(answered.status).toBe(401)
      expect(server.log[1]).toMatchObject({ failed, status: 401 })
    }
  })

  it.each([
    ['NTLMv1', initiatorOf('LAB\\alice', 'Passw0rd!', { legacy: { ntlmV1: true } }), { targetInfo: false }],
    ['an anonymous user', new NtlmInitiator({ credential: 'anonymous' }), {}],
  ])('is not satisfied by %s, who can send none', async (_, initiator, mode) => {
    const lenient = { legacy: { ntlmV1: true }, allow: { anonymous: true }, ...mode }
    const server = await start({ tls: true, channelBinding: 'require', ...lenient })
    const [, answered] = await connect(server).authenticate({}, initiator)
    expect(answered.status).toBe(401)
    expect(server.log[1].failed).toBe('channel-binding-missing')
  })

  it('is satisfied by that of the certificate on this connection', async () => {
    const tls = await makeCertificate('127.0.0.1')
    const client = await listening({}, tls)
    expect((await client.authenticate({}, bound(rightBinding(tls.cert))))[1].status).toBe(200)
    expect((await client.authenticate({}, bound()))[1].status).toBe(401)
  })
})

describe.each([
  ['Ed25519', ed25519Certificate],
  ['RSA with SHA-3', sha3Certificate],
])('a certificate of %s', (_, make) => {
  it('is refused where it is given and a binding is required', async () => {
    const tls = await make()
    const refusal = expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message: NONE_DEFINED })
    const options = { users: USERS, channelBinding: 'require' } as const
    expect(() => createNtlmServer({ ...options, tls })).toThrow(refusal)
    expect(() => ntlmAuth({ ...options, certificate: tls.cert })).toThrow(refusal)
    expect(() => createNtlmServer({ users: USERS, tls })).not.toThrow()
  })

  it('is an error for every NEGOTIATE where it is the own one of the connection', async () => {
    const client = await listening({}, await make())
    for (const scheme of ['NTLM', 'Negotiate']) {
      const first = { authorization: authorization(scheme, initiatorOf()) }
      expect(await client.send(first)).toMatchObject({ status: 500, body: NONE_DEFINED, challenges: [] })
    }
    expect((await client.send()).status).toBe(401)
  })

  it('is nothing to bind to where a binding is accepted', async () => {
    const client = await listening({ channelBinding: 'accept' }, await make())
    expect((await client.authenticate({}, bound()))[1].status).toBe(200)
    expect((await client.authenticate({}, bound(Buffer.alloc(16, 7))))[1].status).toBe(401)
  })

  it('that clients see is not replaced by the one of the connection', async () => {
    const [seen, own] = [await make(), await makeCertificate('127.0.0.1')]
    const client = await listening({ channelBinding: 'accept', certificate: seen.cert }, own)
    expect((await client.authenticate({}, bound(rightBinding(own.cert))))[1].status).toBe(401)
  })
})

describe('plain http where a binding is required', () => {
  it('is an error for every NEGOTIATE', async () => {
    const client = await listening({})
    for (const scheme of ['NTLM', 'Negotiate']) {
      const first = { authorization: authorization(scheme, initiatorOf()) }
      expect(await client.send(first)).toMatchObject({
        status: 500,
        body: 'Channel binding is required, and the connection has no TLS.',
        challenges: [],
      })
    }
    expect((await client.send()).status).toBe(401)
  })
})
