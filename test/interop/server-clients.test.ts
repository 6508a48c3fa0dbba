import { createHash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Echo,
  type NtlmServer,
  type NtlmServerOptions,
  ntlmAuth,
  type RequestRecord,
} from '@ntlmkit/server'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { legs, startServer } from '../wire.js'
import { domOf } from './chromium.js'
import { type CurlAnswer, curl } from './curl.js'
import { makeCertificate } from './lab/certificates.mjs'
import { alice, nonAscii, otherScript } from './lab/lab-users.mjs'
import { install } from './lab/packages.mjs'
import { gssNtlmsspEnvironment, writeUserFile } from './lab/user-file.mjs'
import { protectedPage } from './protected-page.js'

const MEGABYTES_5 = 5_000_000
const UNICODE = 0x1
const OEM = 0x2
const ALICE = `${alice.domain}\\${alice.user}`

let dir: string
let bodyFile: string
let body: Buffer

beforeAll(async () => {
  await install(['curl', 'gss-ntlmssp', 'chromium', 'openssl'])
  dir = await mkdtemp(join(tmpdir(), 'ntlmkit-clients-'))
  body = Buffer.alloc(MEGABYTES_5, 'ntlmkit')
  bodyFile = join(dir, 'body')
  await writeFile(bodyFile, body)
})

afterAll(async () => {
  if (dir) await rm(dir, { recursive: true, force: true })
})

/** Our server, which knows the accounts of the laboratory. */
function start(options: Partial<NtlmServerOptions> = {}): Promise<NtlmServer> {
  const accounts = [alice, nonAscii, otherScript]
  const users = Object.fromEntries(
    accounts.map(({ domain, user, password }) => [`${domain}\\${user}`, password]),
  )
  return startServer({ users, ...options })
}

/** By name, as people type it: the service principal name and the certificate's name come from there. */
const urlOf = ({ url }: NtlmServer) => url.replace('127.0.0.1', 'localhost')
const echoIn = (answer: CurlAnswer) => JSON.parse(answer.body) as Echo
const bodyAsSent = () => ({
  bodyBytes: MEGABYTES_5,
  bodySha256: createHash('sha256').update(body).digest('hex'),
})

/** Options that make curl trust a server of ours. */
async function trusting({ ca, port }: NtlmServer): Promise<string[]> {
  const file = join(dir, `${port}.pem`)
  await writeFile(file, ca!)
  return ['--cacert', file]
}

describe('curl --ntlm', () => {
  const ntlm = (...args: string[]) => curl(['--ntlm', '--user', `${ALICE}:${alice.password}`, ...args])

  it('speaks an old NTLM: 32 bytes of NEGOTIATE, OEM strings, no MIC, no binding, no SPN', async () => {
    const server = await start({ mic: 'accept' })
    const answer = await ntlm(urlOf(server))
    expect(answer.status).toBe(200)
    expect(echoIn(answer)).toMatchObject({ user: alice.user, domain: alice.domain })
    const [negotiate, authenticate] = answer.tokens
    expect(answer.tokens).toHaveLength(2)
    expect(negotiate).toHaveLength(32)
    expect(negotiate.readUInt32LE(12) & (UNICODE | OEM)).toBe(OEM)
    expect(authenticate.readUInt32LE(60) & (UNICODE | OEM)).toBe(OEM)
    expect(legs(server)).toEqual(['GET negotiate 401', 'GET authenticate 200'])
    expect(server.log[1]).toMatchObject({ user: alice.user, domain: alice.domain, mic: false })
    expect(server.log[1]).not.toHaveProperty('channelBinding')
    expect(server.log[1]).not.toHaveProperty('targetName')
  })

  it('is refused without a MIC unless the server accepts that', async () => {
    const server = await start()
    expect((await ntlm(urlOf(server))).status).toBe(401)
    expect(legs(server)).toEqual(['GET negotiate 401', 'GET authenticate 401'])
    expect(server.log[1]).toMatchObject({ user: alice.user, mic: false, failed: 'mic-missing' })
  })

  it('needs no MIC where the challenge has no timestamp', async () => {
    const server = await start({ timestamp: false })
    expect((await ntlm(urlOf(server))).status).toBe(200)
  })

  it('is refused with a wrong password, after one attempt', async () => {
    const server = await start({ mic: 'accept' })
    const { status } = await curl(['--ntlm', '--user', `${ALICE}:wrong`, urlOf(server)])
    expect(status).toBe(401)
    expect(legs(server)).toEqual(['GET negotiate 401', 'GET authenticate 401'])
    expect(server.log[1]).toMatchObject({ user: alice.user, failed: 'password' })
  })

  it('is refused with a name outside ASCII: nobody knows the code page of OEM strings', async () => {
    const server = await start({ mic: 'accept' })
    const user = `${nonAscii.domain}\\${nonAscii.user}:${nonAscii.password}`
    expect((await curl(['--ntlm', '--user', user, urlOf(server)])).status).toBe(401)
    expect(legs(server)).toEqual(['GET negotiate 401', 'GET authenticate 401'])
  })

  it('posts 5 MB, once', async () => {
    const server = await start({ mic: 'accept' })
    const answer = await ntlm('--data-binary', `@${bodyFile}`, urlOf(server))
    expect(echoIn(answer)).toMatchObject({ method: 'POST', user: alice.user, ...bodyAsSent() })
    expect(server.log.map(({ bodyBytes }) => bodyBytes)).toEqual([0, MEGABYTES_5])
    expect(server.connections).toBe(1)
  })

  it('posts 5 MB in chunks, once', async () => {
    const server = await start({ mic: 'accept' })
    const chunked = ['--header', 'Transfer-Encoding: chunked', '--data-binary', `@${bodyFile}`]
    const answer = await ntlm(...chunked, urlOf(server))
    expect(echoIn(answer)).toMatchObject({ method: 'POST', user: alice.user, ...bodyAsSent() })
    expect(server.log.at(-1)).toMatchObject({ bodyBytes: MEGABYTES_5 })
    expect(server.log.at(-1)?.headers).toHaveProperty('transfer-encoding', 'chunked')
  })

  it('re-uses the connection: 5 requests in turn are 6 on the wire', async () => {
    const server = await start({ mic: 'accept' })
    await ntlm(...Array.from({ length: 5 }, (_, i) => `${urlOf(server)}${i}`))
    expect(legs(server)).toEqual([
      'GET negotiate 401',
      'GET authenticate 200',
      ...Array.from({ length: 4 }, () => 'GET none 200'),
    ])
    expect(server.connections).toBe(1)
  })

  it.each([
    ['accept', 200, undefined],
    ['require', 401, 'channel-binding-missing'],
  ] as const)(
    'does not bind to TLS: channelBinding %s answers %i',
    async (channelBinding, status, failed) => {
      const server = await start({ mic: 'accept', tls: true, channelBinding })
      expect((await ntlm(...(await trusting(server)), urlOf(server))).status).toBe(status)
      expect(server.log.at(-1)?.failed).toBe(failed)
    },
  )
})

describe('curl --negotiate with gss-ntlmssp', () => {
  const negotiate = (password: string, ...args: string[]) => {
    const userFile = writeUserFile(dir, [{ ...alice, password }])
    const env = gssNtlmsspEnvironment(userFile)
    return curl(['--negotiate', '--user', `${ALICE}:`, ...args], env)
  }

  it.each([
    [['negotiate'], 'accept'],
    [['negotiate', 'ntlm'], 'accept'],
    [['negotiate'], 'require'],
  ] as const)('is let in where %j is offered, mechListMIC %s', async (schemes, mechListMic) => {
    const server = await start({ schemes, mechListMic })
    const answer = await negotiate(alice.password, urlOf(server))
    expect(answer.status).toBe(200)
    expect(echoIn(answer)).toMatchObject({ user: alice.user, domain: alice.domain })
    expect(legs(server)).toEqual(['GET negotiate 401', 'GET authenticate 200'])
    expect(server.log[1]).toMatchObject({ scheme: 'negotiate', mic: true, targetName: 'HTTP/localhost' })
    // SPNEGO, not NTLM by another name.
    expect(answer.tokens[0][0]).toBe(0x60)
  })

  it('is refused with a wrong password, after one attempt', async () => {
    const server = await start({ schemes: ['negotiate'] })
    expect((await negotiate('wrong', urlOf(server))).status).toBe(401)
    expect(legs(server)).toEqual(['GET negotiate 401', 'GET authenticate 401'])
    expect(server.log[1]).toMatchObject({ user: alice.user, failed: 'password' })
  })

  it('posts 5 MB, with both legs since it does not know how many there will be', async () => {
    const server = await start({ schemes: ['negotiate'] })
    const post = ['--header', 'Expect:', '--data-binary', `@${bodyFile}`]
    const answer = await negotiate(alice.password, ...post, urlOf(server))
    expect(echoIn(answer)).toMatchObject({ method: 'POST', user: alice.user, ...bodyAsSent() })
    expect(legs(server)).toEqual(['POST negotiate 401', 'POST authenticate 200'])
    expect(server.log.map(({ bodyBytes }) => bodyBytes)).toEqual([MEGABYTES_5, MEGABYTES_5])
    expect(server.connections).toBe(1)
  })

  it('gets nowhere when it waits for 100 Continue: the challenge closes the connection, as with Apache', async () => {
    const server = await start({ schemes: ['negotiate'] })
    const post = ['--max-redirs', '2', '--data-binary', `@${bodyFile}`]
    const tooManyTurns = 47
    await expect(negotiate(alice.password, ...post, urlOf(server))).rejects.toMatchObject({
      code: tooManyTurns,
    })
    expect(legs(server)).toEqual(['POST negotiate 401', 'POST negotiate 401', 'POST negotiate 401'])
    expect(server.connections).toBe(3)
    expect(server.log.map(({ bodyBytes }) => bodyBytes)).toEqual([0, 0, 0])
  })

  // Whether it binds the handshake depends on its version.
  it('comes over https where binding is not required', async () => {
    const server = await start({ schemes: ['negotiate'], tls: true, channelBinding: 'accept' })
    const answer = await negotiate(alice.password, ...(await trusting(server)), urlOf(server))
    expect(answer.status).toBe(200)
    expect(server.log.at(-1)).toMatchObject({ user: alice.user, mic: true })
  })
})

describe('headless Chromium', () => {
  const visit = (server: NtlmServer, { domain, user, password } = alice) =>
    domOf(urlOf(server), { username: `${domain}\\${user}`, password, trusted: server.ca })
  /** The handshake of the page, behind a first request without a token. */
  const handshakes = (server: NtlmServer) => server.log.filter(({ leg }) => leg === 'authenticate')
  const spnOf = ({ port }: NtlmServer) => `HTTP/localhost:${port}`

  it('shows the page over http: MIC, SPN with the port, an all-zero binding', async () => {
    const server = await start({ handler: protectedPage })
    const dom = await visit(server)
    expect(dom).toContain(`<p id="user">${ALICE}</p>`)
    expect(legs(server).slice(0, 3)).toEqual(['GET none 401', 'GET negotiate 401', 'GET authenticate 200'])
    expect(handshakes(server)).toMatchObject([
      {
        user: alice.user,
        domain: alice.domain,
        mic: true,
        targetName: spnOf(server),
        channelBinding: '0'.repeat(32),
      },
    ])
  })

  it.each([
    ['ecdsa', 'sha256'],
    ['rsa', 'sha384'],
    ['rsa-pss', 'sha512'],
  ] as const)(
    'shows the page over https that requires the binding, %s certificate with %s',
    async (signature, hash) => {
      const server = await start({
        handler: protectedPage,
        tls: { signature, hash },
        channelBinding: 'require',
      })
      expect(await visit(server)).toContain(`<p id="user">${ALICE}</p>`)
      expect(handshakes(server)).toMatchObject([
        { status: 200, mic: true, targetName: spnOf(server), channelBinding: bindingOf(server.ca!, hash) },
      ])
    },
  )

  it('lets the page post 5 MB on the authenticated connection', async () => {
    const server = await start({ handler: protectedPage, tls: true, channelBinding: 'require' })
    const dom = await visit(server)
    expect(dom).toContain(`<p id="posted">${MEGABYTES_5} bytes as ${ALICE}</p>`)
    expect(server.log.at(-1)).toMatchObject({ method: 'POST', status: 200, bodyBytes: MEGABYTES_5 })
    expect(handshakes(server)).toHaveLength(1)
  })

  it.each([nonAscii, otherScript])('shows the page to $user', async (account) => {
    const server = await start({ handler: protectedPage })
    expect(await visit(server, account)).toContain(`<p id="user">LAB\\${account.user}</p>`)
  })

  it('shows nothing with a wrong password, after one attempt', async () => {
    const server = await start({ handler: protectedPage })
    expect(await visit(server, { ...alice, password: 'wrong' })).not.toContain('id="user"')
    expect(legs(server)).toEqual(['GET none 401', 'GET negotiate 401', 'GET authenticate 401'])
    expect(server.log.at(-1)).toMatchObject({ user: alice.user, mic: true, failed: 'password' })
  })

  it('shows nothing when its binding is not that of the certificate the server knows', async () => {
    const own = await makeCertificate(join(dir, 'own'))
    const other = await makeCertificate(join(dir, 'other'))
    const [key, cert, certificate] = await Promise.all(
      [own.key, own.cert, other.cert].map((file) => readFile(file, 'utf8')),
    )
    const log: RequestRecord[] = []
    const auth = ntlmAuth({
      users: { [ALICE]: alice.password },
      certificate,
      channelBinding: 'require',
      onRequest: (record) => log.push(record),
    })
    const server = createServer({ key, cert }, (request, response) => {
      auth(request, response, () => protectedPage(request, response))
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    onTestFinished(() => {
      server.close()
      server.closeAllConnections()
    })
    const { port } = server.address() as AddressInfo
    const visitor = { username: ALICE, password: alice.password, trusted: cert }
    expect(await domOf(`https://localhost:${port}/`, visitor)).not.toContain('id="user"')
    expect(log.at(-1)).toMatchObject({
      leg: 'authenticate',
      status: 401,
      failed: 'channel-binding',
      channelBinding: bindingOf(cert, 'sha256'),
    })
  })
})

/** What a handshake that is bound to the certificate carries, reckoned without our own code: RFC 5929, [MS-NLMP] 2.2.2.1. */
function bindingOf(certificate: string, hash: string): string {
  const digest = createHash(hash).update(new X509Certificate(certificate).raw).digest()
  const data = Buffer.concat([Buffer.from('tls-server-end-point:'), digest])
  const lengths = Buffer.alloc(20)
  lengths.writeUInt32LE(data.length, 16)
  return createHash('md5').update(lengths).update(data).digest('hex')
}
