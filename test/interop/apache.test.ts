import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Identity, type OpenSession, type Session, sessions, streamOf } from '../clients/index.js'
import { concurrently } from '../wire.js'
import { apachePackages, startApache } from './lab/apache.mjs'
import { alice, bob, nonAscii } from './lab/lab-users.mjs'
import { install } from './lab/packages.mjs'

type Apache = Awaited<ReturnType<typeof startApache>>

const MEGABYTES_5 = 5_000_000

let dir: string
let apache: Apache
let ca: string
/** Marks the requests of one test in the access log: Apache writes a line after it has answered. */
let mark = 0

beforeAll(async () => {
  await install(apachePackages)
  dir = await mkdtemp(join(tmpdir(), 'ntlmkit-apache-'))
  apache = await startApache(dir, { users: [alice, bob, nonAscii] })
  ca = await readFile(apache.ca, 'utf8')
})

afterAll(async () => {
  await apache?.stop()
  if (dir) await rm(dir, { recursive: true, force: true })
})

let session: Session
beforeEach(() => {
  mark++
})
afterEach(() => session.close())

/** What Apache wrote of this test: one line a request. */
async function wire(requests: number) {
  const lines = await vi.waitFor(async () => {
    const ours = (await apache.accessLog()).filter(({ path }) => path.endsWith(`?test=${mark}`))
    if (ours.length < requests) throw new Error(`${ours.length} requests in the access log, not ${requests}`)
    return ours
  })
  return {
    requests: lines.length,
    connections: new Set(lines.map(({ remotePort }) => remotePort)).size,
    statuses: lines.map(({ status }) => status),
    bytesIn: lines.reduce((sum, line) => sum + line.bytesIn, 0),
  }
}

describe.each([
  ['http', 'ntlm'],
  ['https', 'ntlm'],
  ['http', 'negotiate'],
] as const)('Apache with mod_auth_gssapi and gss-ntlmssp over %s, %s', (scheme, authScheme) => {
  const url = () => `${apache[scheme]}/protected?test=${mark}`

  describe.each(Object.entries(sessions))('%s', (_client, open: OpenSession) => {
    let identity: Identity
    const use = (options: Partial<Identity> = {}) => {
      identity = {
        username: `${alice.domain}\\${alice.user}`,
        password: alice.password,
        origins: [apache.http!, apache.https],
        schemes: [authScheme],
        ca,
        ...options,
      }
      session = open(identity)
    }

    it('says 200 and the right user name: 2 requests, 1 connection', async () => {
      use()
      const { status, json } = await session.call(url(), { method: 'GET' })
      expect({ status, user: json?.user }).toEqual({ status: 200, user: `${alice.domain}\\${alice.user}` })
      expect(await wire(2)).toMatchObject({ requests: 2, connections: 1, statuses: [401, 200] })
    })

    it('takes a name and a password outside ASCII', async () => {
      use({ username: `${nonAscii.domain}\\${nonAscii.user}`, password: nonAscii.password })
      const { status, json } = await session.call(url(), { method: 'GET' })
      expect({ status, user: json?.user }).toMatchObject({
        status: 200,
        user: expect.stringContaining(nonAscii.user),
      })
    })

    it('keeps two identities apart', async () => {
      use()
      const other = open({ ...identity, username: `${bob.domain}\\${bob.user}`, password: bob.password })
      const users = await concurrently(8, 24, async (i) => {
        const { json } = await (i % 2 ? other : session).call(url(), { method: 'GET' })
        return json?.user?.split('\\').at(-1)
      })
      expect(users).toEqual(users.map((_, i) => (i % 2 ? bob : alice).user))
      await other.close()
    })

    it('rejects a wrong password after one attempt', async () => {
      use({ password: 'wrong' })
      const { status } = await session.call(url(), { method: 'GET' })
      expect(status).toBe(401)
      expect(await wire(2)).toMatchObject({ requests: 2, statuses: [401, 401] })
    })

    it('takes a forbidden page for no wrong password: the others are served, and do not authenticate anew', async () => {
      use()
      const forbidden = url().replace('/protected', '/protected/forbidden')
      expect((await session.call(url())).status).toBe(200)
      const replies = await concurrently(4, 24, (i) => session.call(i % 4 === 1 ? forbidden : url()))
      expect(replies.map(({ status }) => status)).toEqual(replies.map((_, i) => (i % 4 === 1 ? 401 : 200)))
      expect((await session.call(url())).status).toBe(200)
      expect((await session.call(url())).status).toBe(200)
    })

    it('re-uses the connection: 20 requests in turn are 21 on the wire', async () => {
      use()
      for (let i = 0; i < 20; i++) expect((await session.call(url(), { method: 'GET' })).status).toBe(200)
      expect(await wire(21)).toMatchObject({ requests: 21, connections: 1 })
    })

    it('takes 100 requests at concurrency 10: 110 on the wire, 10 connections', async () => {
      use()
      const replies = await concurrently(10, 100, () => session.call(url(), { method: 'GET' }))
      expect(replies.every(({ status }) => status === 200)).toBe(true)
      expect(await wire(110)).toMatchObject({ requests: 110, connections: 10 })
    })

    it.each(['buffer', 'stream'] as const)('takes 5 MB from a %s, once', async (kind) => {
      use()
      const body = Buffer.alloc(MEGABYTES_5, 'ntlmkit')
      const { status, json } = await session.call(url(), {
        method: 'POST',
        body: kind === 'stream' ? streamOf(body) : body,
      })
      expect(status).toBe(200)
      expect(json).toMatchObject({
        bodyBytes: MEGABYTES_5,
        bodySha256: createHash('sha256').update(body).digest('hex'),
        method: 'POST',
      })
      const { requests, bytesIn } = await wire(2)
      expect(requests).toBe(2)
      // Apache counts what came over the wire, headers, chunk sizes and TLS records too.
      expect(bytesIn).toBeGreaterThan(MEGABYTES_5)
      expect(bytesIn).toBeLessThan(MEGABYTES_5 * 1.02)
    })

    it('gets what is open without a token', async () => {
      use()
      const { status, json } = await session.call(`${apache[scheme]}/open/`, { method: 'GET' })
      expect({ status, user: json?.user }).toEqual({ status: 200, user: null })
    })
  })
})
