import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import * as http2 from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as tls from 'node:tls'
import { Credentials, NtlmInitiator } from '@ntlmkit/core'
import { diagnose } from '@ntlmkit/inspect'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Identity, sessions } from '../clients/index.js'
import { apachePackages, startApache } from './lab/apache.mjs'
import { makeCertificate } from './lab/certificates.mjs'
import { channelBindingPackages, startChannelBindingFront } from './lab/channel-binding-front.mjs'
import { alice, labUsers } from './lab/lab-users.mjs'
import { startNtlmAuthFront } from './lab/ntlm-auth-front.mjs'
import { install } from './lab/packages.mjs'
import { sambaPackages, startSamba } from './lab/samba.mjs'
import { squidPackages, startSquid } from './lab/squid.mjs'
import { startSquidUpstream } from './lab/squid-upstream.mjs'
import {
  disabled,
  expired,
  locked,
  mustChange,
  restricted,
  troubleAccounts,
  troubledAccounts,
} from './lab/troubled-accounts.mjs'
import { failureOf, overHttp, overHttp2, shortOf } from './seen-by.js'

/** One client on each of the two transports: what they find is decided below them. */
const clients = (['undici request', 'axios'] as const).map((name) => [name, sessions[name]] as const)

let dir: string

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ntlmkit-found-'))
  // Apache's workers are nobody special.
  await chmod(dir, 0o755)
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const asAlice = (origins: string, more: Partial<Identity> = {}): Identity => ({
  username: `LAB\\${alice.user}`,
  password: alice.password,
  origins,
  strict: true,
  ...more,
})

describe("what Samba's winbindd refuses", () => {
  let samba: Awaited<ReturnType<typeof startSamba>>
  let front: Awaited<ReturnType<typeof startNtlmAuthFront>>

  beforeAll(async () => {
    await install(sambaPackages)
    const sambaDir = join(dir, 'samba')
    samba = await startSamba(sambaDir, { users: [...labUsers, ...troubledAccounts] })
    await troubleAccounts(sambaDir, samba.configFile)
    front = await startNtlmAuthFront({ samba, schemes: ['NTLM'] })
  })
  afterAll(async () => {
    await front?.stop()
    await samba?.stop()
  })

  describe.each(clients)('to %s', (_client, open) => {
    it.each([
      ['a wrong password', { ...alice, password: 'wrong' }, 'NT_STATUS_LOGON_FAILURE'],
      ['an unknown name', { ...alice, user: 'nobody' }, 'NT_STATUS_LOGON_FAILURE'],
      ['a disabled account', disabled, 'NT_STATUS_ACCOUNT_DISABLED'],
      ['an expired account', expired, 'NT_STATUS_ACCOUNT_EXPIRED'],
      ['a locked account', locked, 'NT_STATUS_ACCOUNT_LOCKED_OUT'],
      ['a password that has to be changed', mustChange, 'NT_STATUS_PASSWORD_MUST_CHANGE'],
      ['an account restricted to a workstation', restricted, 'NT_STATUS_INVALID_WORKSTATION'],
    ])('looks alike for %s, and the finding says where the reason is', async (_case, account, reason) => {
      const username = `LAB\\${account.user}`
      const session = open(asAlice(front.url, { username, password: account.password }))
      const error = await failureOf(session, front.url)
      expect(front.log.at(-1)?.reason).toContain(reason)
      expect(shortOf(error)).toEqual(['likely wrong-credentials'])
      expect(error.findings[0]).toEqual({
        id: 'wrong-credentials',
        likelihood: 'likely',
        evidence: `${front.url} answered the AUTHENTICATE of ${username} with 401: a wrong password and a disabled, locked, expired or restricted account look alike.`,
        nextStep: expect.stringMatching(/event 4625/),
      })
      expect(error.hint).toBe(error.findings[0].nextStep)
    })

    it('names the workstation that was sent with a restricted account', async () => {
      const username = `LAB\\${restricted.user}`
      const { password } = restricted
      const session = open(asAlice(front.url, { username, password, workstation: 'CI-7' }))
      expect(shortOf(await failureOf(session, front.url))).toContain('possible workstation-restricted')
      expect(front.log.at(-1)?.reason).toContain('NT_STATUS_INVALID_WORKSTATION')
    })

    it.each([
      ['LABalice', 'likely domain-form'],
      ['ELSEWHERE\\alice', 'possible domain-form'],
      ['alice@elsewhere.test', 'possible domain-form'],
    ])('is %s: %s', async (username, finding) => {
      const error = await failureOf(open(asAlice(front.url, { username })), front.url)
      expect(shortOf(error)).toContain(finding)
      expect(error.findings.find(({ id }) => id === 'domain-form')?.nextStep).toContain("'LAB\\\\alice'")
    })

    it('is no domain-form where the domain is that of the CHALLENGE', async () => {
      const session = open(asAlice(front.url, { username: 'lab\\alice', password: 'wrong' }))
      expect(shortOf(await failureOf(session, front.url)).join()).not.toContain('domain-form')
    })
  })

  describe('behind squid', () => {
    let upstream: Awaited<ReturnType<typeof startSquidUpstream>>
    let squid: Awaited<ReturnType<typeof startSquid>>

    beforeAll(async () => {
      await install(squidPackages)
      upstream = await startSquidUpstream()
      squid = await startSquid(join(dir, 'squid'), { samba, upstream })
    })
    afterAll(async () => {
      await squid?.stop()
      await upstream?.stop()
    })

    it.each([
      ['GET', 'http://intranet.lab.test/'],
      ['CONNECT', 'intranet.lab.test:443'],
    ])('asks with 407 to a %s: proxy-asks', async (method, path) => {
      const exchange = await overHttp(squid.forward, { method, path, headers: { host: 'intranet.lab.test' } })
      expect(diagnose({ origin: 'http://intranet.lab.test', exchanges: [exchange] })).toMatchObject([
        {
          id: 'proxy-asks',
          // What only GET was sent to may be anything, as far as one sees.
          likelihood: method === 'CONNECT' ? 'certain' : 'likely',
          evidence: expect.stringMatching(`answered ${method} with 407, and offers .*ntlm`),
        },
      ])
    })
  })
})

describe('a server that requires channel binding', () => {
  let server: Awaited<ReturnType<typeof startChannelBindingFront>>
  let ca: string

  beforeAll(async () => {
    await install(channelBindingPackages)
    const certificate = await makeCertificate(join(dir, 'binding'))
    server = await startChannelBindingFront(join(dir, 'binding'), { users: [alice], certificate })
    ca = await readFile(server.ca, 'utf8')
  })
  afterAll(() => server?.stop())

  describe.each(clients)('%s', (_client, open) => {
    it("finds binding-off behind channelBinding: 'none'", async () => {
      const error = await failureOf(open(asAlice(server.url, { ca, channelBinding: 'none' })), server.url)
      expect(shortOf(error).slice(0, 2)).toEqual(['likely wrong-credentials', 'likely binding-off'])
    })

    it('finds binding-mismatch, with the fingerprint, where TLS is terminated in between', async () => {
      const between = await terminateTls(join(dir, 'between'), server.url, ca)
      const error = await failureOf(open(asAlice(between.url, { ca: between.ca })), between.url)
      await between.stop()
      expect(shortOf(error)).toContain('possible binding-mismatch')
      const fingerprint = new RegExp(between.fingerprint, 'i')
      expect(
        error.findings.find(({ id }) => id === 'binding-mismatch')?.evidence.replaceAll(':', ''),
      ).toMatch(fingerprint)
    })
  })
})

/** Something between that has a certificate of its own: what it decrypts it encrypts again for the server. */
async function terminateTls(directory: string, url: string, trusted: string) {
  const { key, cert } = await makeCertificate(directory)
  const ca = await readFile(cert, 'utf8')
  const [port, sockets] = [Number(new URL(url).port), new Set<tls.TLSSocket>()]
  const server = tls.createServer({ key: await readFile(key), cert: ca }, (client) => {
    const behind = tls.connect({ host: 'localhost', port, ca: trusted })
    for (const [one, other] of [
      [client, behind],
      [behind, client],
    ]) {
      sockets.add(one)
      one.on('error', () => other.destroy()).on('close', () => other.destroy())
      one.pipe(other)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port: own } = server.address() as { port: number }
  return {
    url: `https://localhost:${own}`,
    ca,
    fingerprint: await fingerprintAt(own, ca),
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** SHA-256, hex. */
async function fingerprintAt(port: number, ca: string): Promise<string> {
  const socket = tls.connect({ host: 'localhost', port, ca })
  await new Promise<void>((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject))
  const { fingerprint256 } = socket.getPeerCertificate()
  socket.destroy()
  return fingerprint256.replaceAll(':', '')
}

describe('Apache', () => {
  beforeAll(() => install(apachePackages))

  async function started(name: string, options: object) {
    const apache = await startApache(join(dir, name), { users: [alice], ...options })
    return { apache, ca: await readFile(apache.ca, 'utf8') }
  }

  describe.each(clients)('and %s', (_client, open) => {
    it('without keep-alive: connection-not-kept', async () => {
      const { apache } = await started('closing', { shortLived: 1 })
      const error = await failureOf(open(asAlice(apache.http!)), `${apache.http}/protected`)
      await apache.stop()
      expect(error.code).toBe('ERR_NTLM_CONNECTION_CLOSED')
      expect(shortOf(error)).toEqual(['certain connection-not-kept'])
    })

    it('with Kerberos alone: kerberos-only', async () => {
      const { apache } = await started('kerberos', { mechanism: 'krb5' })
      const error = await failureOf(open(asAlice(apache.http!)), `${apache.http}/protected`)
      await apache.stop()
      // Apache says so itself, by a SPNEGO reject.
      expect(shortOf(error)).toEqual(['certain kerberos-only', 'certain ntlm-refused-in-negotiate'])
    })
  })

  it('over HTTP/2, by a client that tries NTLM there: http2', async () => {
    const { apache, ca } = await started('h2', { http2: true })
    const session = http2.connect(apache.https, { ca })
    const initiator = new NtlmInitiator({ credential: await credentialOf() })
    const negotiate = initiator.step()
    const first = await overHttp2(session, '/protected', fieldOf(negotiate.token!))
    const exchanges = [first]
    const challenge = /NTLM (\S+)/.exec(first.response?.['www-authenticate'] as string)?.[1]
    if (challenge !== undefined) {
      const answer = initiator.step(Buffer.from(challenge, 'base64'))
      exchanges.push(await overHttp2(session, '/protected', fieldOf(answer.token!)))
    }
    session.close()
    await apache.stop()
    expect(exchanges.at(-1)?.status).toBe(401)
    const findings = diagnose({ origin: apache.https, exchanges })
    expect(findings[0]).toMatchObject({ id: 'http2', likelihood: 'certain' })
  })
})

const fieldOf = (token: Uint8Array) => ({ authorization: `NTLM ${Buffer.from(token).toString('base64')}` })

const credentialOf = () => new Credentials({ username: 'LAB\\alice', password: alice.password }).resolve()
