import { execFile } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { fileURLToPath } from 'node:url'
import { inspect, promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { agentFor, call } from './undici-agents.js'
import { ALICE, startServer } from './wire.js'

const run = promisify(execFile)

function collect(...channels: string[]): { channel: string; event: unknown }[] {
  const events: { channel: string; event: unknown }[] = []
  for (const channel of channels) {
    const listener = (event: unknown) => void events.push({ channel, event })
    subscribe(channel, listener)
    onTestFinished(() => void unsubscribe(channel, listener))
  }
  return events
}

/** A password, an NT hash, or an NTLM message in any form. */
const SECRET = /Passw0rd|wrong-horse|TlRMTVNTUAAD|NTLMSSP|4e544c4d5353500003/i

describe('diagnostics_channel', () => {
  it('tells each leg and who was authenticated', async () => {
    const server = await startServer()
    const events = collect('ntlmkit:leg', 'ntlmkit:authenticated')
    await call(server.url, { dispatcher: agentFor(server) })
    const { origin } = server
    expect(events).toMatchObject([
      { event: { origin, phase: 'negotiate', method: 'GET', scheme: 'ntlm', status: 401 } },
      { event: { origin, phase: 'authenticate', method: 'GET', scheme: 'ntlm', status: 200 } },
      { channel: 'ntlmkit:authenticated', event: { origin, scheme: 'ntlm', account: 'LAB\\alice' } },
    ])
    expect(inspect(events, { depth: 10 })).not.toMatch(SECRET)
  })

  it('has the error of a final 401 that was delivered', async () => {
    const server = await startServer()
    const events = collect('ntlmkit:refused')
    await call(server.url, { dispatcher: agentFor(server, { password: 'wrong-horse' }) })
    expect(events).toMatchObject([{ event: { origin: server.origin, error: { code: 'ERR_NTLM_REJECTED' } } }])
    expect(inspect(events, { depth: 10, showHidden: true })).not.toMatch(SECRET)
  })
})

describe('NODE_DEBUG=ntlmkit', () => {
  it('shows the legs and nothing secret', async () => {
    const program = `
      import { createNtlmServer } from '@ntlmkit/server'
      import { NtlmAgent } from '@ntlmkit/undici'
      import { inspect } from 'node:util'
      const server = await createNtlmServer({ users: { 'LAB\\\\alice': '${ALICE.password}' } }).listen()
      for (const password of ['${ALICE.password}', 'wrong-horse']) {
        const dispatcher = new NtlmAgent({ username: 'LAB\\\\alice', password, origins: server.origin })
        console.log((await fetch(server.url, { dispatcher })).status, inspect(dispatcher, { depth: 10 }))
        await dispatcher.destroy()
      }
      await server.close()`
    const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '--eval', program], {
      cwd: fileURLToPath(new URL('../examples', import.meta.url)),
      env: { ...process.env, NODE_DEBUG: 'ntlmkit' },
    })
    expect(stdout).toMatch(/^200 .*^401 /ms)
    expect(stderr).toMatch(/GET ntlm negotiate: 401.*authenticated as LAB\\alice.*ERR_NTLM_REJECTED/s)
    expect(stdout + stderr).not.toMatch(SECRET)
  })
})
