import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NtlmAgent, type NtlmAgentOptions } from '@ntlmkit/undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clients } from './clients.js'
import { makeCertificate } from './lab/certificates.mjs'
import { channelBindingPackages, startChannelBindingFront } from './lab/channel-binding-front.mjs'
import { alice } from './lab/lab-users.mjs'
import { install } from './lab/packages.mjs'

beforeAll(async () => {
  await install(channelBindingPackages)
})

describe.each(['sha256', 'sha384'] as const)(
  'a server that requires channel binding, %s certificate',
  (hash) => {
    let dir: string
    let server: Awaited<ReturnType<typeof startChannelBindingFront>>
    let ca: string

    beforeAll(async () => {
      dir = await mkdtemp(join(tmpdir(), 'ntlmkit-binding-'))
      server = await startChannelBindingFront(dir, {
        users: [alice],
        certificate: await makeCertificate(dir, { hash }),
      })
      ca = await readFile(server.ca, 'utf8')
    })

    afterAll(async () => {
      await server?.stop()
      if (dir) await rm(dir, { recursive: true, force: true })
    })

    const agentWith = (options: Partial<NtlmAgentOptions> = {}) =>
      new NtlmAgent({
        username: `${alice.domain}\\${alice.user}`,
        password: alice.password,
        origins: server.url,
        connect: { ca },
        ...options,
      } as NtlmAgentOptions)

    it.each(Object.entries(clients))('lets %s in', async (_name, call) => {
      const agent = agentWith()
      const { status, json } = await call(agent, server.url, { method: 'GET' })
      expect({ status, user: json?.user }).toMatchObject({
        status: 200,
        user: expect.stringContaining('alice'),
      })
      await agent.close()
    })

    it('refuses a handshake that is not bound', async () => {
      const agent = agentWith({ channelBinding: 'none' })
      const { status } = await clients['undici request'](agent, server.url, { method: 'GET' })
      expect(status).toBe(401)
      await agent.close()
    })

    it('keeps the connection: 10 POSTs in turn come over one', async () => {
      const agent = agentWith()
      const ports = new Set<unknown>()
      for (let i = 0; i < 10; i++) {
        const body = Buffer.alloc(10_000, i)
        const { status, json } = await clients['undici request'](agent, server.url, { method: 'POST', body })
        expect({ status, bodyBytes: json?.bodyBytes }).toEqual({ status: 200, bodyBytes: 10_000 })
        ports.add(json?.connectionPort)
      }
      expect(ports.size).toBe(1)
      await agent.close()
    })
  },
)
