import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NtlmAgent, type NtlmAgentOptions } from '@ntlmkit/undici'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clients } from './clients.js'
import { makeCertificate } from './lab/certificates.mjs'
import { alice, bob, labUsers, nonAscii, otherScript } from './lab/lab-users.mjs'
import { startNtlmAuthFront } from './lab/ntlm-auth-front.mjs'
import { install } from './lab/packages.mjs'
import { sambaPackages, startSamba } from './lab/samba.mjs'

type Front = Awaited<ReturnType<typeof startNtlmAuthFront>>

const call = clients['undici request']

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

  const legs = () => front.log.slice(before).map(({ leg }) => leg)
  const agentWith = (options: Partial<NtlmAgentOptions>) =>
    new NtlmAgent({
      origins: front.url,
      connect: { ca },
      schemes: [offered === 'NTLM' ? 'ntlm' : 'negotiate'],
      ...options,
    } as NtlmAgentOptions)

  async function getAs(options: Partial<NtlmAgentOptions>) {
    const agent = agentWith(options)
    const { status, json } = await call(agent, front.url, { method: 'GET' })
    await agent.close()
    return { status, user: json?.user ?? undefined }
  }

  it.each([
    ['DOMAIN\\user', `LAB\\${alice.user}`, alice],
    ['the DNS name of the domain', `lab.test\\${alice.user}`, alice],
    ['user@dns.domain', `${alice.user}@lab.test`, alice],
    ['a name and a password outside ASCII', `LAB\\${nonAscii.user}`, nonAscii],
    ['another script, and a password with an emoji', `LAB\\${otherScript.user}`, otherScript],
    ['another case', `lab\\${alice.user.toUpperCase()}`, alice],
  ])('accepts %s', async (_spelling, username, { password, user }) => {
    const answer = await getAs({ username, password })
    expect(answer.status).toBe(200)
    expect(answer.user?.toLowerCase()).toContain(user.toLowerCase())
    expect(legs()).toEqual(['negotiate', 'authenticate'])
  })

  it('is found by the scheme it offers', async () => {
    expect(
      await getAs({ username: 'LAB\\alice', password: alice.password, schemes: ['ntlm', 'negotiate'] }),
    ).toMatchObject({
      status: 200,
    })
  })

  it('rejects a wrong password after one attempt', async () => {
    expect(await getAs({ username: 'LAB\\bob', password: 'wrong' })).toMatchObject({ status: 401 })
    expect(legs()).toEqual(['negotiate', 'authenticate'])
  })

  it('keeps two identities apart', async () => {
    const agents = [alice, bob].map(({ user, password }) => agentWith({ username: `LAB\\${user}`, password }))
    const users = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const { json } = await call(agents[i % 2], front.url, { method: 'GET' })
        return json?.user?.split('\\').at(-1)
      }),
    )
    expect(users).toEqual(users.map((_, i) => [alice, bob][i % 2].user))
    await Promise.all(agents.map((agent) => agent.close()))
  })

  it('takes a streamed 5 MB body, once', async () => {
    const agent = agentWith({ username: 'LAB\\alice', password: alice.password })
    const body = Buffer.alloc(5_000_000, 'x')
    const { status, json } = await call(agent, front.url, { method: 'POST', body, stream: true })
    expect({ status, bodyBytes: json?.bodyBytes }).toEqual({ status: 200, bodyBytes: body.length })
    expect(front.log.slice(before).reduce((sum, { bodyBytes }) => sum + bodyBytes, 0)).toBe(body.length)
    await agent.close()
  })
})
