import { execFile } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { inspect, promisify } from 'node:util'
import { ntlmAgents } from '@ntlmkit/agent'
import { flagNames } from '@ntlmkit/core'
import { channels, type LegEvent } from '@ntlmkit/undici'
import type { Dispatcher } from 'undici'
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

  it('tells what the CHALLENGE said, how long each leg took, and what was offered', async () => {
    const server = await startServer()
    const events: LegEvent[] = []
    onTestFinished(channels.leg.subscribe((event) => void events.push(event)))
    const before = Date.now()
    await call(`${server.url}page?key=secret`, { dispatcher: agentFor(server) })
    const [negotiate, authenticate] = events
    expect(negotiate).toEqual({
      requestId: expect.any(Number),
      request: expect.any(Object),
      origin: server.origin,
      connection: expect.any(Number),
      leg: 1,
      phase: 'negotiate',
      method: 'GET',
      url: `${server.origin}/page`,
      scheme: 'ntlm',
      status: 401,
      flags: expect.any(Number),
      target: expect.stringMatching(/^\w+\\\w+$/),
      binding: undefined,
      offers: ['ntlm'],
      sentAt: expect.any(Number),
      milliseconds: expect.any(Number),
    } satisfies Record<keyof LegEvent, unknown>)
    expect(flagNames(negotiate.flags!)).toContain('NTLMSSP_NEGOTIATE_TARGET_INFO')
    expect(negotiate.sentAt).toBeGreaterThanOrEqual(before)
    const { requestId, connection } = negotiate
    expect(authenticate).toMatchObject({ requestId, connection, leg: 2, phase: 'authenticate', offers: [] })
  })

  it('names the request by the options that an interceptor of undici sees', async () => {
    const server = await startServer()
    const given: unknown[] = []
    const interceptor: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
      given.push(options)
      return dispatch(options, handler)
    }
    const events = collect('ntlmkit:leg', 'ntlmkit:authenticated')
    const dispatcher = agentFor(server).compose(interceptor)
    await call(server.url, { dispatcher, method: 'POST', body: Readable.from(['text']) })
    expect(given).toHaveLength(1)
    expect(events).toHaveLength(3)
    for (const { event } of events) expect((event as LegEvent).request).toBe(given[0])
  })

  it('names the request by the ClientRequest of node:http', async () => {
    const server = await startServer()
    const events = collect('ntlmkit:leg', 'ntlmkit:authenticated')
    const agents = ntlmAgents({ ...ALICE, origins: server.origin })
    onTestFinished(() => agents.destroy())
    const sent = get(server.url, { agent: agents.http })
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    answer.resume()
    expect(events).toHaveLength(3)
    for (const { event } of events) expect((event as LegEvent).request).toBe(sent)
  })

  it('has the error that ends a request, once, with its hint and what was offered', async () => {
    const server = await startServer({ schemes: ['negotiate'] })
    const refused = collect('ntlmkit:refused')
    const dispatcher = agentFor(server, { schemes: ['ntlm'], strict: true })
    const error = await call(server.url, { dispatcher }).catch((reason: unknown) => reason)
    expect(refused).toEqual([
      {
        channel: 'ntlmkit:refused',
        event: expect.objectContaining({ origin: server.origin, error, offers: ['negotiate'] }),
      },
    ])
    expect(error).toMatchObject({ code: 'ERR_NTLM_NOT_OFFERED', findings: [{ id: 'not-offered' }] })
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
    expect(stderr).toMatch(
      /: leg .* phase=negotiate method=GET .*status=401.*: authenticated .*account=LAB\\alice.*: refused .*ERR_NTLM_REJECTED/s,
    )
    expect(stdout + stderr).not.toMatch(SECRET)
  })
})
