import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type NtlmAgents, ntlmAgents } from '@ntlmkit/agent'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { call } from '../client-matrix.js'
import { TUNNELS } from '../via/proxy-agents.js'
import { concurrently, tally } from '../wire.js'
import { makeCertificate } from './lab/certificates.mjs'
import { channelBindingPackages, startChannelBindingFront } from './lab/channel-binding-front.mjs'
import { alice, bob } from './lab/lab-users.mjs'
import { openSquidPackages, startOpenSquid } from './lab/open-squid.mjs'
import { install } from './lab/packages.mjs'

let dir: string
let server: Awaited<ReturnType<typeof startChannelBindingFront>>
let squid: Awaited<ReturnType<typeof startOpenSquid>>
let ca: string
const opened: NtlmAgents[] = []

beforeAll(async () => {
  await install([...channelBindingPackages, ...openSquidPackages])
  dir = await mkdtemp(join(tmpdir(), 'ntlmkit-tunnel-'))
  // Squid is nobody special and writes its logs below it.
  await chmod(dir, 0o755)
  server = await startChannelBindingFront(join(dir, 'server'), {
    users: [alice, bob],
    certificate: await makeCertificate(dir, { hash: 'sha256' }),
  })
  squid = await startOpenSquid(join(dir, 'squid'))
  ca = await readFile(server.ca, 'utf8')
})

afterAll(async () => {
  await squid?.stop()
  await server?.stop()
  if (dir) await rm(dir, { recursive: true, force: true })
})

afterEach(() => {
  for (const agents of opened.splice(0)) agents.destroy()
})

interface Echo {
  user: string
  connectionPort: number
}

describe.each(TUNNELS)(
  "through squid's CONNECT to a server that requires channel binding: $name",
  (maker) => {
    // What the agents of npm look at of a proxy.
    const proxy = () => ({ url: squid.url, port: Number(new URL(squid.url).port) }) as never
    const agentsOf = ({ domain, user, password }: typeof alice, via: unknown, options = {}) => {
      const agents = ntlmAgents(
        { username: `${domain}\\${user}`, password, origins: server.url, ...options },
        { via: via as never, ca, maxSockets: 3 },
      )
      opened.push(agents)
      return agents
    }

    it('two identities with one agent: all connections are tunnels, and none serves both', async () => {
      const via = maker.https(proxy(), ca)
      const both = [alice, bob].map((who) => agentsOf(who, via))
      const answers = await concurrently(6, 40, (i) => call(server.url, both[i % 2]))
      expect(tally(answers.map(({ status }) => status))).toEqual({ 200: 40 })
      const echoes = answers.map(({ text }) => JSON.parse(text) as Echo)
      echoes.forEach(({ user }, i) => {
        expect(user).toContain([alice, bob][i % 2].user)
      })
      const ports = [0, 1].map(
        (who) => new Set(echoes.filter((_, i) => i % 2 === who).map((echo) => echo.connectionPort)),
      )
      expect([...ports[0]].filter((port) => ports[1].has(port))).toEqual([])
      for (const agents of both) agents.destroy()
      const seen = [...ports[0], ...ports[1]]
      const { host } = new URL(server.url)
      await expect
        .poll(() => squid.tunnelPorts(host), { timeout: 3_000 })
        .toEqual(expect.arrayContaining(seen))
    })

    it('a handshake that is not bound is refused', async () => {
      const agents = agentsOf(alice, maker.https(proxy(), ca), { channelBinding: 'none' })
      expect((await call(server.url, agents)).status).toBe(401)
    })
  },
)
