import { NtlmAgent } from '@ntlmkit/undici'
import { Agent, type Dispatcher, interceptors, request } from 'undici'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type CertificateSet, makeCertificates } from '../fault-server/certificates.js'
import { ALICE, startServer } from '../wire.js'
import { settled } from './clients.js'
import { COMPOSITIONS, type Composition, seenBy } from './composed.js'
import { Site } from './site.js'

let certificates: CertificateSet
beforeAll(async () => {
  certificates = await makeCertificates()
})

function ntlmAgent(options: Partial<ConstructorParameters<typeof NtlmAgent>[0]>): NtlmAgent {
  const agent = new NtlmAgent({ ...ALICE, ...options })
  onTestFinished(() => void agent.destroy())
  return agent
}

/** What a caller sees, and the application of what it does, but for who is asking. */
async function outcomeOf({ application, compose, run }: Composition, isOpen: boolean) {
  const site = await Site.start({ application: application(), isOpen: () => isOpen })
  const agent: Dispatcher = isOpen ? new Agent() : ntlmAgent({ origins: site.origin })
  onTestFinished(() => void agent.destroy())
  const dispatcher = compose(agent)
  const ask = run ?? ((each: Dispatcher, origin: string) => seenBy(each, `${origin}/`))
  const seen = await settled(ask(dispatcher, site.origin))
  const anonymous = JSON.stringify(seen)
    .replaceAll(String(site.port), 'PORT')
    .replaceAll('\\"user\\":\\"alice\\"', '\\"user\\":null')
  return {
    seen: JSON.parse(anonymous) as unknown,
    acts: site.acts.map(({ method, path, bodyBytes }) => `${method} ${path} ${bodyBytes}`),
  }
}

describe("undici's interceptors see over NtlmAgent what they see over Agent:", () => {
  it.each(COMPOSITIONS)('%s', async (_name, composition) => {
    const expected = await outcomeOf(composition, true)
    expect(JSON.stringify(expected.seen)).not.toContain('hangs')
    expect(await outcomeOf(composition, false)).toEqual(expected)
  })
})

/** A resolver that knows one address for every name. */
const dns = interceptors.dns({
  lookup: (_origin, _options, done) => done(null, [{ address: '127.0.0.1', family: 4, ttl: 60_000 }]),
})

describe('under the dns interceptor the origin is the one that was asked for:', () => {
  it('it gets credentials under its own name, and one handshake', async () => {
    const server = await startServer()
    const origin = `http://intranet.corp:${server.port}`
    const dispatcher = ntlmAgent({ origins: origin }).compose(dns)
    for (let i = 0; i < 5; i++) expect(await seenBy(dispatcher, `${origin}/`)).toMatch(/^200 /)
    expect(server.log.map(({ leg }) => leg)).toEqual([
      'negotiate',
      'authenticate',
      'none',
      'none',
      'none',
      'none',
    ])
    expect(server.log[1].targetName).toBe(`HTTP/intranet.corp:${server.port}`)
    expect(server.connections).toBe(1)
  })

  it('over TLS it keeps its TLS options and its certificate', async () => {
    const server = await startServer({ tls: certificates.leaves[0], channelBinding: 'require' })
    const origin = `https://localhost:${server.port}`
    const dispatcher = ntlmAgent({ origins: origin, connect: { ca: certificates.ca } }).compose(dns)
    expect(await seenBy(dispatcher, `${origin}/`)).toMatch(/^200 /)
  })

  it('one that is not allowed gets none, though its address is', async () => {
    const server = await startServer()
    const dispatcher = ntlmAgent({ origins: server.origin }).compose(dns)
    expect(await seenBy(dispatcher, `http://evil.test:${server.port}/`)).toMatch(/^401 /)
    expect(server.log.map(({ leg }) => leg)).toEqual(['none'])
  })

  it('two names of one address do not share connections', async () => {
    const server = await startServer()
    const names = [`http://a.corp:${server.port}`, `http://b.corp:${server.port}`]
    const dispatcher = ntlmAgent({ origins: names }).compose(dns)
    for (const name of [...names, ...names]) expect(await seenBy(dispatcher, `${name}/`)).toMatch(/^200 /)
    expect(server.connections).toBe(2)
  })

  it('a Host field alone makes no origin', async () => {
    const server = await startServer()
    const dispatcher = ntlmAgent({ origins: `http://intranet.corp:${server.port}` })
    const headers = { host: `intranet.corp:${server.port}` }
    const { statusCode, body } = await request(server.url, { dispatcher, headers })
    await body.dump()
    expect(statusCode).toBe(401)
    expect(server.log.map(({ leg }) => leg)).toEqual(['none'])
  })
})
