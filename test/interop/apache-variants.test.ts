import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Session, sessions } from '../clients/index.js'
import { apachePackages, startApache } from './lab/apache.mjs'
import { alice } from './lab/lab-users.mjs'
import { install } from './lab/packages.mjs'

beforeAll(async () => {
  await install(apachePackages)
})

describe.each([
  ['that prefers HTTP/2', { http2: true }],
  ['that ends a connection after 3 requests', { shortLived: 3 }],
] as const)('an Apache %s', (_kind, options) => {
  let dir: string
  let apache: Awaited<ReturnType<typeof startApache>>
  let ca: string

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ntlmkit-apache-'))
    apache = await startApache(dir, { users: [alice], ...options })
    ca = await readFile(apache.ca, 'utf8')
  })
  afterAll(async () => {
    await apache?.stop()
    if (dir) await rm(dir, { recursive: true, force: true })
  })

  it.each(Object.entries(sessions))('serves %s, 12 requests in turn', async (_client, open) => {
    const session: Session = open({
      username: `${alice.domain}\\${alice.user}`,
      password: alice.password,
      origins: apache.https,
      ca,
    })
    const url = `${apache.https}/protected`
    for (let i = 0; i < 12; i++) {
      const { status, json } = await session.call(url, { method: 'GET' })
      expect({ status, user: json?.user }).toEqual({ status: 200, user: `${alice.domain}\\${alice.user}` })
    }
    await session.close()
  })
})
