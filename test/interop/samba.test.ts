import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Identity, type OpenSession, sessions, streamOf } from '../clients/index.js'
import { concurrently } from '../wire.js'
import { makeCertificate } from './lab/certificates.mjs'
import { alice, bob, labUsers, nonAscii, otherScript } from './lab/lab-users.mjs'
import { startNtlmAuthFront } from './lab/ntlm-auth-front.mjs'
import { install } from './lab/packages.mjs'
import { sambaPackages, startSamba } from './lab/samba.mjs'

type Front = Awaited<ReturnType<typeof startNtlmAuthFront>>

let dir: string
let samba: Awaited<ReturnType<typeof startSamba>>
let certificate: Awaited<ReturnType<typeof makeCertificate>>
let ca: string

beforeAll(async () => {
  await install([...sambaPackages, 'openssl'])
  dir = await mkdtemp(join(tmpdir(), 'ntlmkit-samba-'))
  certificate = await makeCertificate(dir, { hash: 'sha256' })
  ca = await readFile(certificate.cert, 'utf8')
  samba = await startSamba(dir, { users: labUsers })
})

afterAll(async () => {
  await samba?.stop()
  if (dir) await rm(dir, { recursive: true, force: true })
})

describe.each([
  ['NTLM', 'http'],
  ['NTLM', 'https'],
  ['Negotiate', 'http'],
  ['Negotiate', 'https'],
] as const)("Samba's winbindd, %s over %s", (offered, scheme) => {
  let front: Front
  /** What the front has logged when a test begins. */
  let before = 0

  beforeAll(async () => {
    const tls = scheme === 'https' ? certificate : undefined
    front = await startNtlmAuthFront({ samba, schemes: [offered], tls })
  })
  afterAll(() => front?.stop())
  beforeEach(() => {
    before = front.log.length
  })

  const seen = () => front.log.slice(before)
  const legs = () => seen().map(({ leg }) => leg)

  describe.each(Object.entries(sessions))('%s', (_client, open: OpenSession) => {
    const sessionOf = (options: Pick<Identity, 'username' | 'password'> & Partial<Identity>) =>
      open({ origins: front.url, ca, ...options })

    async function getAs(options: Parameters<typeof sessionOf>[0]) {
      const session = sessionOf(options)
      const { status, json } = await session.call(front.url, { method: 'GET' })
      await session.close()
      return { status, user: json?.user?.toLowerCase() }
    }

    it.each([
      ['DOMAIN\\user', `LAB\\${alice.user}`, alice],
      ['user@dns.domain', `${alice.user}@lab.test`, alice],
      ['another case', `lab\\${alice.user.toUpperCase()}`, alice],
      ['the DNS name of the domain', `lab.test\\${alice.user}`, alice],
      ['a name and a password outside ASCII', `LAB\\${nonAscii.user}`, nonAscii],
      ['another script, and a password with an emoji', `LAB\\${otherScript.user}`, otherScript],
    ])('is accepted by %s', async (_spelling, username, { password, user }) => {
      const schemes = [offered === 'NTLM' ? 'ntlm' : 'negotiate'] as const
      const answer = await getAs({ username, password, schemes })
      expect(answer).toMatchObject({ status: 200, user: expect.stringContaining(user.toLowerCase()) })
      expect(legs()).toEqual(['negotiate', 'authenticate'])
    })

    it('finds the scheme that is offered', async () => {
      expect(await getAs({ username: 'LAB\\alice', password: alice.password })).toMatchObject({ status: 200 })
    })

    it('with a wrong password is rejected after one attempt', async () => {
      const session = sessionOf({ username: 'LAB\\bob', password: 'wrong' })
      expect(await session.call(front.url, { method: 'GET' })).toMatchObject({ status: 401 })
      await session.close()
      expect(legs().filter((leg) => leg === 'authenticate')).toHaveLength(1)
    })

    it('keeps two identities apart', async () => {
      const pair = [alice, bob].map(({ user, password }) => sessionOf({ username: `LAB\\${user}`, password }))
      const users = await concurrently(8, 24, async (i) => {
        const { json } = await pair[i % 2].call(front.url, { method: 'GET' })
        return json?.user?.split('\\').at(-1)
      })
      expect(users).toEqual(users.map((_, i) => [alice, bob][i % 2].user))
      await Promise.all(pair.map((session) => session.close()))
    })

    it.each([false, true])('sends 5 MB once, as a stream: %s', async (stream) => {
      const session = sessionOf({ username: 'LAB\\alice', password: alice.password })
      const body = Buffer.alloc(5_000_000, 'x')
      const { status, json } = await session.call(front.url, {
        method: 'POST',
        body: stream ? streamOf(body) : body,
      })
      expect({ status, bodyBytes: json?.bodyBytes }).toEqual({ status: 200, bodyBytes: body.length })
      expect(seen().reduce((sum, { bodyBytes }) => sum + bodyBytes, 0)).toBe(body.length)
      await session.close()
    })

    it('makes 100 requests at concurrency 10 over 10 connections', async () => {
      const session = sessionOf({ username: 'LAB\\alice', password: alice.password })
      const statuses = await concurrently(
        10,
        100,
        async () => (await session.call(front.url, { method: 'GET' })).status,
      )
      expect(new Set(statuses)).toEqual(new Set([200]))
      expect(new Set(seen().map(({ connection }) => connection)).size).toBe(10)
      await session.close()
    })
  })
})
