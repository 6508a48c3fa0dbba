import { Readable } from 'node:stream'
import { fetch } from 'undici'
import { describe, expect, it } from 'vitest'
import type { RequestRecord } from '../packages/server/src/request-record.js'
import { agentFor, call } from './undici-agents.js'
import { concurrently, startServer, tally, wire } from './wire.js'

const never = 60_000
const stuckIn = (leg: string) => ({
  delay: (record: Readonly<RequestRecord>) => (record.leg === leg ? never : 0),
})
const inLeg: [string, string][] = [
  ['the NEGOTIATE leg', 'negotiate'],
  ['the AUTHENTICATE leg', 'authenticate'],
]

describe.each(inLeg)('aborted in %s', (_name, leg) => {
  it('a request ends at once with the client’s own error, and its socket is closed', async () => {
    const server = await startServer(stuckIn(leg))
    const dispatcher = agentFor(server)
    const controller = new AbortController()
    const body = new Readable({ read() {} })
    body.push('the beginning')
    const sent = call(server.url, { dispatcher, method: 'POST', body, signal: controller.signal })
    await expect.poll(() => server.log.at(-1)?.leg).toBe(leg)
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(sent).rejects.toBe(reason)
    await expect.poll(() => server.openConnections).toBe(0)
    expect(body.destroyed).toBe(true)
  })

  it('fetch too', async () => {
    const server = await startServer(stuckIn(leg))
    const controller = new AbortController()
    const sent = fetch(server.url, { dispatcher: agentFor(server), signal: controller.signal })
    await expect.poll(() => server.log.at(-1)?.leg).toBe(leg)
    controller.abort()
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' })
    await expect.poll(() => server.openConnections).toBe(0)
  })

  it('headersTimeout is undici’s own error', async () => {
    const server = await startServer(stuckIn(leg))
    const sent = call(server.url, { dispatcher: agentFor(server), headersTimeout: 100 })
    await expect(sent).rejects.toMatchObject({ code: 'UND_ERR_HEADERS_TIMEOUT' })
    await expect.poll(() => server.openConnections).toBe(0)
  })

  it('destroying the agent ends it', async () => {
    const server = await startServer(stuckIn(leg))
    const dispatcher = agentFor(server)
    const sent = call(server.url, { dispatcher })
    const refused = expect(sent).rejects.toMatchObject({ code: 'UND_ERR_DESTROYED' })
    await expect.poll(() => server.log.at(-1)?.leg).toBe(leg)
    await dispatcher.destroy()
    await refused
    await expect.poll(() => server.openConnections).toBe(0)
  })

  it('who waited for that handshake goes on', async () => {
    let stuck = true
    const server = await startServer({ delay: (record) => (record.leg === leg && stuck ? never : 0) })
    const dispatcher = agentFor(server)
    const controller = new AbortController()
    const first = call(server.url, { dispatcher, signal: controller.signal })
    const aborted = expect(first).rejects.toThrow()
    await expect.poll(() => server.log.at(-1)?.leg).toBe(leg)
    const others = Array.from({ length: 5 }, () => call(server.url, { dispatcher }))
    stuck = false
    controller.abort()
    await aborted
    expect((await Promise.all(others)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  })
})

describe('handshakeTimeout', () => {
  it('ends a handshake whose challenge does not come', async () => {
    const server = await startServer(stuckIn('negotiate'))
    const dispatcher = agentFor(server, { handshakeTimeout: 100 })
    await expect(call(server.url, { dispatcher })).rejects.toMatchObject({
      code: 'ERR_NTLM_TIMEOUT',
      phase: 'negotiate',
      message: `${server.origin} did not finish the handshake in 100 ms.`,
    })
    await expect.poll(() => server.openConnections).toBe(0)
  })

  it('counts neither the answer to the authenticated request, nor later ones', async () => {
    const server = await startServer({ delay: (record) => (record.leg === 'negotiate' ? 0 : 300) })
    const dispatcher = agentFor(server, { handshakeTimeout: 200 })
    expect((await call(server.url, { dispatcher })).status).toBe(200)
    expect((await call(server.url, { dispatcher })).status).toBe(200)
  })

  it('ends one whose password does not come', async () => {
    const server = await startServer()
    const dispatcher = agentFor(server, { handshakeTimeout: 50, password: () => new Promise(() => {}) })
    await expect(call(server.url, { dispatcher })).rejects.toMatchObject({ code: 'ERR_NTLM_TIMEOUT' })
    expect(wire(server).requests).toBe(0)
  })
})

describe('aborted while it waits', () => {
  it('for a place in the pool: nothing was sent, and the next one is served', async () => {
    const server = await startServer({ delay: (record) => (record.leg === 'none' ? 200 : 0) })
    const dispatcher = agentFor(server, { connections: 1 })
    await call(server.url, { dispatcher })
    const running = call(server.url, { dispatcher })
    const controller = new AbortController()
    const waiting = call(server.url, { dispatcher, signal: controller.signal })
    const last = call(server.url, { dispatcher })
    controller.abort()
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
    expect([(await running).status, (await last).status]).toEqual([200, 200])
    expect(wire(server)).toMatchObject({ requests: 4, connections: 1 })
  })

  it('before it began: nothing was sent', async () => {
    const server = await startServer()
    const sent = call(server.url, { dispatcher: agentFor(server), signal: AbortSignal.abort() })
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' })
    expect(wire(server)).toMatchObject({ requests: 0, connections: 0 })
  })
})

describe('a body that fails', () => {
  it('while the handshake goes on is the client’s own error', async () => {
    const server = await startServer({ delay: 100 })
    const body = new Readable({ read() {} })
    const sent = call(server.url, { dispatcher: agentFor(server), method: 'POST', body })
    const failed = expect(sent).rejects.toThrow('disk')
    await expect.poll(() => server.log.length).toBe(1)
    body.destroy(new Error('disk'))
    await failed
    await expect.poll(() => server.openConnections).toBe(0)
  })

  it('in the middle is too', async () => {
    const server = await startServer()
    const body = Readable.from(
      (async function* () {
        yield 'some'
        throw new Error('disk')
      })(),
    )
    await expect(call(server.url, { dispatcher: agentFor(server), method: 'POST', body })).rejects.toThrow(
      'disk',
    )
    await expect.poll(() => server.openConnections).toBe(0)
  })
})

describe('closing', () => {
  it('waits for what is under way, and takes no more', async () => {
    const server = await startServer({ delay: 50 })
    const dispatcher = agentFor(server)
    const running = Array.from({ length: 5 }, () => call(server.url, { dispatcher }))
    const closed = dispatcher.close()
    await expect(call(server.url, { dispatcher })).rejects.toMatchObject({ code: 'UND_ERR_CLOSED' })
    expect((await Promise.all(running)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    await closed
    await expect.poll(() => server.openConnections).toBe(0)
    await new Promise<void>((resolve) => dispatcher.close(resolve))
  })

  it('leaves nothing open, and no listeners on bodies, after many aborts', async () => {
    const server = await startServer({ delay: 20 })
    const dispatcher = agentFor(server, { connections: 5 })
    const outcomes = await concurrently(10, 60, async (i) => {
      const signal = i % 2 ? AbortSignal.timeout(5 + i) : undefined
      return call(server.url, { dispatcher, signal }).then(
        ({ status }) => status,
        (error: Error) => error.name,
      )
    })
    expect(tally(outcomes)['200']).toBeGreaterThanOrEqual(30)
    await dispatcher.close()
    await expect.poll(() => server.openConnections).toBe(0)
  })
})
