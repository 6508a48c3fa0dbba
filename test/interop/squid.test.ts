import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Identity, type OpenSession, type Session, sessions, streamOf } from '../clients/index.js'
import { concurrently, tally } from '../wire.js'
import { alice, bob, labUsers, nonAscii, otherScript } from './lab/lab-users.mjs'
import { install } from './lab/packages.mjs'
import { sambaPackages, startSamba } from './lab/samba.mjs'
import { squidPackages, startSquid } from './lab/squid.mjs'
import { startSquidUpstream } from './lab/squid-upstream.mjs'

const run = promisify(execFile)
const MEGABYTES_5 = 5_000_000

let dir: string
let samba: Awaited<ReturnType<typeof startSamba>>
let upstream: Awaited<ReturnType<typeof startSquidUpstream>>
let squid: Awaited<ReturnType<typeof startSquid>>
/** Marks the requests of one test in the access log: squid writes a line after it has answered. */
let mark = 0

beforeAll(async () => {
  await install([...sambaPackages, ...squidPackages, 'curl'])
  dir = await mkdtemp(join(tmpdir(), 'ntlmkit-squid-'))
  // Squid's helpers are nobody special and read Samba's configuration below it.
  await chmod(dir, 0o755)
  samba = await startSamba(join(dir, 'samba'), { users: labUsers })
  upstream = await startSquidUpstream()
  squid = await startSquid(join(dir, 'squid'), { samba, upstream })
})

afterAll(async () => {
  await squid?.stop()
  await upstream?.stop()
  await samba?.stop()
  if (dir) await rm(dir, { recursive: true, force: true })
})

beforeEach(() => {
  mark++
})

const url = () => `${squid.reverse}/protected?test=${mark}`

/** What squid wrote of this test, once it has written so much. */
async function wire(requests: number) {
  await expect.poll(ofThisTest, { timeout: 3_000 }).toHaveLength(requests)
  const lines = await ofThisTest()
  return {
    statuses: lines.map(({ method, status }) => `${method} ${status}`),
    connections: new Set(lines.map(({ remotePort }) => remotePort)).size,
    bodyBytes: lines.reduce((sum, line) => sum + line.bodyBytes, 0),
    users: tally(lines.map(({ user }) => user)),
  }
}

const ofThisTest = async () => (await squid.accessLog()).filter((line) => line.url.endsWith(`?test=${mark}`))

/** A GET through a dispatcher carries the NEGOTIATE itself; over node:http a HEAD does. */
const firstLegOf = (client: string) => (/undici|fetch/.test(client) ? 'GET' : 'HEAD')

describe.each(['ntlm', 'negotiate'] as const)(
  "squid as a reverse proxy with Samba's ntlm_auth, %s",
  (scheme) => {
    describe.each(Object.entries(sessions))('%s', (client, open: OpenSession) => {
      let opened: Session[]

      beforeEach(() => {
        opened = []
      })
      afterEach(() => Promise.all(opened.map((session) => session.close())))

      const use = (options: Partial<Identity> = {}) => {
        const session = open({
          username: `LAB\\${alice.user}`,
          password: alice.password,
          origins: squid.reverse,
          schemes: [scheme],
          ...options,
        })
        opened.push(session)
        return session
      }

      it.each([
        ['DOMAIN\\user', `LAB\\${alice.user}`, alice],
        ['user@dns.domain', `${alice.user}@lab.test`, alice],
        ['a name and a password outside ASCII', `LAB\\${nonAscii.user}`, nonAscii],
        ['another script, and a password with an emoji', `LAB\\${otherScript.user}`, otherScript],
      ])('lets %s in: 2 requests, 1 connection', async (_spelling, username, { user, password }) => {
        const { status, json } = await use({ username, password }).call(url(), { method: 'GET' })
        // Samba reports names in lower case.
        const known = `LAB\\${user.toLowerCase()}`
        expect({ status, user: json?.user }).toEqual({ status: 200, user: known })
        expect(await wire(2)).toMatchObject({
          statuses: [`${firstLegOf(client)} 401`, 'GET 200'],
          connections: 1,
          users: { null: 1, [known]: 1 },
        })
      })

      it('rejects a wrong password after one attempt', async () => {
        const { status } = await use({ password: 'wrong' }).call(url(), { method: 'GET' })
        expect(status).toBe(401)
        expect((await wire(2)).statuses).toEqual([`${firstLegOf(client)} 401`, 'GET 401'])
      })

      it('re-uses the connection: 20 requests in turn are 21 on the wire', async () => {
        const session = use()
        for (let i = 0; i < 20; i++) expect((await session.call(url(), { method: 'GET' })).status).toBe(200)
        expect(await wire(21)).toMatchObject({ connections: 1, users: { 'LAB\\alice': 20 } })
      })

      it('takes 100 requests at concurrency 10: 110 on the wire, 10 connections', async () => {
        const session = use()
        const replies = await concurrently(10, 100, () => session.call(url(), { method: 'GET' }))
        expect(tally(replies.map(({ status }) => status))).toEqual({ 200: 100 })
        expect(await wire(110)).toMatchObject({ connections: 10, users: { null: 10, 'LAB\\alice': 100 } })
      })

      it('keeps two identities apart', async () => {
        const pair = [alice, bob].map(({ user, password }) => use({ username: `LAB\\${user}`, password }))
        const replies = await concurrently(6, 40, (i) => pair[i % 2].call(url(), { method: 'GET' }))
        expect(replies.map(({ json }) => json?.user)).toEqual(
          replies.map((_, i) => `LAB\\${[alice, bob][i % 2].user}`),
        )
        const [ofAlice, ofBob] = [0, 1].map((who) =>
          replies.filter((_, i) => i % 2 === who).map(({ json }) => json?.connectionPort),
        )
        expect(ofAlice.filter((port) => ofBob.includes(port))).toEqual([])
      })

      it.each(['buffer', 'stream'] as const)('takes 5 MB from a %s, once', async (kind) => {
        const body = Buffer.alloc(MEGABYTES_5, 'ntlmkit')
        const { status, json } = await use().call(url(), {
          method: 'POST',
          body: kind === 'stream' ? streamOf(body) : body,
        })
        expect(status).toBe(200)
        expect(json).toMatchObject({
          method: 'POST',
          user: 'LAB\\alice',
          bodyBytes: MEGABYTES_5,
          bodySha256: createHash('sha256').update(body).digest('hex'),
        })
        expect(await wire(2)).toMatchObject({
          statuses: ['HEAD 401', 'POST 200'],
          connections: 1,
          bodyBytes: MEGABYTES_5,
        })
      })
    })
  },
)

describe('squid as a forward proxy', () => {
  const target = () => `http://127.0.0.1:${upstream.port}/?test=${mark}`
  const curl = async (...args: string[]) => {
    const { stdout } = await run('curl', ['--silent', '--include', '--proxy', squid.forward, ...args])
    return stdout
  }

  it('asks with 407, for Negotiate or NTLM', async () => {
    const answer = await curl(target())
    expect(answer).toMatch(/^HTTP\/1\.1 407 /)
    expect(answer.match(/^Proxy-Authenticate: .*$/gm)).toEqual([
      'Proxy-Authenticate: Negotiate',
      'Proxy-Authenticate: NTLM',
    ])
    expect((await wire(1)).statuses).toEqual(['GET 407'])
  })

  it('lets curl --proxy-ntlm through', async () => {
    const answer = await curl('--proxy-ntlm', '--proxy-user', `LAB\\alice:${alice.password}`, target())
    expect(answer).toContain('"method":"GET"')
    expect(await wire(2)).toMatchObject({
      statuses: ['GET 407', 'GET 200'],
      connections: 1,
      users: { null: 1, 'LAB\\alice': 1 },
    })
  })

  it('refuses a wrong password', async () => {
    await curl('--proxy-ntlm', '--proxy-user', 'LAB\\alice:wrong', target())
    expect((await wire(2)).statuses).toEqual(['GET 407', 'GET 407'])
  })

  it('goes nowhere but to loopback', async () => {
    const user = ['--proxy-ntlm', '--proxy-user', `LAB\\alice:${alice.password}`]
    await curl(...user, `http://192.0.2.1/?test=${mark}`)
    expect((await wire(2)).statuses).toEqual(['GET 407', 'GET 403'])
  })

  it('tunnels to a server that asks for an identity of its own', async () => {
    const proxyUser = ['--proxytunnel', '--proxy-ntlm', '--proxy-user', `LAB\\bob:${bob.password}`]
    const answer = await curl(...proxyUser, '--ntlm', '--user', `LAB\\alice:${alice.password}`, url())
    expect(answer).toContain('"user":"LAB\\\\alice"')
    expect((await wire(2)).users).toEqual({ null: 1, 'LAB\\alice': 1 })
    const tunnel = new URL(squid.reverse).host
    // Squid writes of a tunnel when it has ended.
    const ofTunnel = async () => (await squid.accessLog()).filter((line) => line.url === tunnel)
    await expect.poll(ofTunnel, { timeout: 3_000 }).toMatchObject([
      { method: 'CONNECT', status: 407, user: null },
      { method: 'CONNECT', status: 200, user: 'LAB\\bob' },
    ])
  })
})
