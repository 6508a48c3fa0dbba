import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Identity, sessions } from '../clients/index.js'
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

    const identity = (options: Partial<Identity> = {}): Identity => ({
      username: `${alice.domain}\\${alice.user}`,
      password: alice.password,
      origins: server.url,
      ca,
      ...options,
    })

    it.each(Object.entries(sessions))('lets %s in', async (_name, open) => {
      const session = open(identity())
      const { status, json } = await session.call(server.url, { method: 'GET' })
      expect({ status, user: json?.user }).toMatchObject({
        status: 200,
        user: expect.stringContaining('alice'),
      })
      await session.close()
    })

    it.each(Object.entries(sessions))('refuses %s when its handshake is not bound', async (_name, open) => {
      const session = open(identity({ channelBinding: 'none' }))
      expect((await session.call(server.url, { method: 'GET' })).status).toBe(401)
      await session.close()
    })

    it.each(Object.entries(sessions))(
      'keeps the connection of %s: 10 POSTs in turn come over one',
      async (_name, open) => {
        const session = open(identity())
        const ports = new Set<unknown>()
        for (let i = 0; i < 10; i++) {
          const body = Buffer.alloc(10_000, i)
          const { status, json } = await session.call(server.url, { method: 'POST', body })
          expect({ status, bodyBytes: json?.bodyBytes }).toEqual({ status: 200, bodyBytes: 10_000 })
          ports.add(json?.connectionPort)
        }
        expect(ports.size).toBe(1)
        await session.close()
      },
    )
  },
)
