import { get, request } from 'node:http'
import { PassThrough, Readable } from 'node:stream'
import type { NtlmServer } from '@ntlmkit/server'
import { describe, expect, it } from 'vitest'
import type { RequestRecord } from '../packages/server/src/request-record.js'
import { agentsFor, axiosFor, call, gotFor } from './client-matrix.js'
import { concurrently, startServer, tally, wire } from './wire.js'

const never = 60_000
const stuckIn = (leg: string) => ({
  delay: (record: Readonly<RequestRecord>) => (record.leg === leg ? never : 0),
})
const reached = (server: NtlmServer, leg: string) => expect.poll(() => server.log.at(-1)?.leg).toBe(leg)
const closed = (server: NtlmServer) => expect.poll(() => server.openConnections).toBe(0)

describe.each([
  ['the NEGOTIATE leg', 'negotiate'],
  ['the AUTHENTICATE leg', 'authenticate'],
])('given up in %s', (_name, leg) => {
  it('a request ends at once with the client’s own error, and its socket is closed', async () => {
    const server = await startServer(stuckIn(leg))
    const agents = agentsFor(server)
    const reason = new Error('enough')
    const sent = new Promise((_resolve, reject) => {
      const posted = request(server.url, { agent: agents.http, method: 'POST' })
      posted.on('error', reject)
      posted.write('the beginning')
      reached(server, leg).then(() => posted.destroy(reason))
    })
    await expect(sent).rejects.toBe(reason)
    await closed(server)
    expect(agents.http.getCurrentStatus()).toMatchObject({ sockets: {}, freeSockets: {}, requests: {} })
  })

  it('by a signal it ends with an AbortError', async () => {
    const server = await startServer(stuckIn(leg))
    const controller = new AbortController()
    const sent = call(server.url, agentsFor(server), { signal: controller.signal })
    reached(server, leg).then(() => controller.abort())
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' })
    await closed(server)
  })

  it('by its timeout it emits that, as any request', async () => {
    const server = await startServer(stuckIn(leg))
    const agents = agentsFor(server)
    const events: string[] = []
    const sent = new Promise((_resolve, reject) => {
      const made = get(server.url, { agent: agents.http })
      made.setTimeout(80, () => {
        events.push('timeout')
        made.destroy(new Error('too slow'))
      })
      made.on('error', reject)
    })
    await expect(sent).rejects.toThrow('too slow')
    expect(events).toEqual(['timeout'])
    await closed(server)
  })

  it('by the agent’s timeout it fails as with agentkeepalive', async () => {
    const server = await startServer(stuckIn(leg))
    const sent = call(server.url, agentsFor(server, {}, { timeout: 80 }))
    await expect(sent).rejects.toMatchObject({ code: 'ERR_SOCKET_TIMEOUT' })
    await closed(server)
  })

  it('axios: signal and timeout', async () => {
    const server = await startServer(stuckIn(leg))
    const instance = axiosFor(server)
    const controller = new AbortController()
    const sent = instance.get('/', { signal: controller.signal })
    reached(server, leg).then(() => controller.abort())
    await expect(sent).rejects.toMatchObject({ code: 'ERR_CANCELED' })
    await expect(instance.get('/', { timeout: 80 })).rejects.toMatchObject({
      code: 'ECONNABORTED',
      message: 'timeout of 80ms exceeded',
    })
    await expect(instance.get('/', { timeout: 80, maxRedirects: 0 })).rejects.toMatchObject({
      code: 'ECONNABORTED',
    })
    await closed(server)
  })

  it('got: signal, request timeout, socket timeout, stream', async () => {
    const server = await startServer(stuckIn(leg))
    const instance = gotFor(server, {}, { retry: { limit: 0 } })
    const controller = new AbortController()
    const sent = instance('', { signal: controller.signal })
    reached(server, leg).then(() => controller.abort())
    await expect(sent).rejects.toMatchObject({ code: 'ERR_ABORTED' })
    for (const timeout of [{ request: 80 }, { socket: 80 }]) {
      await expect(instance('', { timeout })).rejects.toMatchObject({
        name: 'TimeoutError',
        code: 'ETIMEDOUT',
      })
      await expect(instance.stream('', { timeout }).toArray()).rejects.toMatchObject({ name: 'TimeoutError' })
    }
    await closed(server)
  })

  it('by the destruction of the agents it ends', async () => {
    const server = await startServer(stuckIn(leg))
    const agents = agentsFor(server)
    const sent = call(server.url, agents)
    reached(server, leg).then(() => agents.destroy())
    await expect(sent).rejects.toMatchObject({ code: 'ECONNRESET' })
    await closed(server)
    expect(server.connections).toBe(1)
  })

  it('those who waited for it go on', async () => {
    let stuck = true
    const server = await startServer({ delay: (record) => (record.leg === leg && stuck ? never : 0) })
    const agents = agentsFor(server)
    const controller = new AbortController()
    const first = call(server.url, agents, { signal: controller.signal })
    const aborted = expect(first).rejects.toMatchObject({ name: 'AbortError' })
    await reached(server, leg)
    const others = Array.from({ length: 5 }, () => call(server.url, agents))
    stuck = false
    controller.abort()
    await aborted
    expect(tally((await Promise.all(others)).map(({ status }) => status))).toEqual({ 200: 5 })
  })
})

describe('handshakeTimeout', () => {
  it.each([
    ['whose challenge does not come', stuckIn('negotiate'), {}],
    ['whose password does not come', {}, { password: () => new Promise<string>(() => {}) }],
  ])('ends a handshake %s', async (_what, serverOptions, options) => {
    const server = await startServer(serverOptions)
    const agents = agentsFor(server, { handshakeTimeout: 100, ...options })
    await expect(call(server.url, agents)).rejects.toMatchObject({
      code: 'ERR_NTLM_TIMEOUT',
      message: `${server.origin} did not finish the handshake in 100 ms.`,
    })
    await closed(server)
  })

  it('counts not the answer, but the wait for the verdict on another log-on', async () => {
    const server = await startServer({ delay: (record) => (record.leg === 'negotiate' ? 0 : 4000) })
    const agents = agentsFor(server, { handshakeTimeout: 2000 })
    const [first, second] = await Promise.allSettled([call(server.url, agents), call(server.url, agents)])
    expect(first).toMatchObject({ value: { status: 200 } })
    // Nobody waits without limit for somebody else: a request's own time runs from its own start.
    expect(second).toMatchObject({ reason: { code: 'ERR_NTLM_TIMEOUT' } })
  })
})

describe('given up while it waits for a place in the pool', () => {
  it('a request ends at once, nothing of it was sent, and the next one is served', async () => {
    const server = await startServer({ delay: (record) => (record.leg === 'none' ? 150 : 0) })
    const agents = agentsFor(server, {}, { maxSockets: 1 })
    await call(server.url, agents)
    const running = call(server.url, agents)
    const controller = new AbortController()
    const waiting = call(server.url, agents, { signal: controller.signal })
    const last = call(server.url, agents)
    setTimeout(() => controller.abort(), 30)
    const started = performance.now()
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
    expect(performance.now() - started).toBeLessThan(120)
    expect([(await running).status, (await last).status]).toEqual([200, 200])
    expect(wire(server)).toMatchObject({ requests: 4, connections: 1 })
  })

  it('before it began: nothing was sent', async () => {
    const server = await startServer()
    const sent = call(server.url, agentsFor(server), { signal: AbortSignal.abort() })
    await expect(sent).rejects.toMatchObject({ name: 'AbortError' })
    expect(server.log).toEqual([])
  })
})

describe('nothing is left behind', () => {
  it('of 200 requests that were given up at random moments', async () => {
    const server = await startServer({ delay: () => Math.random() * 8 })
    const agents = agentsFor(server, {}, { maxSockets: 5 })
    const outcomes = await concurrently(20, 200, async () => {
      const signal = AbortSignal.timeout(Math.ceil(Math.random() * 25))
      return call(server.url, agents, { signal, method: 'POST' }, Readable.from(['abc'])).then(
        ({ status }) => status,
        ({ name }) => name,
      )
    })
    expect(
      Object.keys(tally(outcomes)).filter((kind) => !/^(?:200|TimeoutError|AbortError)$/.test(kind)),
    ).toEqual([])
    expect((await call(server.url, agents)).status).toBe(200)
    expect(agents.http.getCurrentStatus()).toMatchObject({ sockets: {}, requests: {} })
    expect(server.log.filter(({ violation }) => violation)).toEqual([])
    agents.destroy()
    await closed(server)
  })

  it('no listener stays on a socket that serves 50 requests', async () => {
    const server = await startServer({ persist: 'request' })
    const agents = agentsFor(server)
    const counts = new Set<string>()
    for (let i = 0; i < 50; i++) {
      await call(server.url, agents)
      const [socket] = Object.values(agents.http.freeSockets).flatMap((sockets) => sockets ?? [])
      if (i > 1)
        counts.add(
          ['free', 'close', 'error', 'timeout', 'data', 'end'].map((e) => socket.listenerCount(e)).join(),
        )
    }
    expect(counts.size).toBe(1)
    expect(server.connections).toBe(1)
  })

  it('an upload that is refused does not hang', async () => {
    const server = await startServer()
    const agents = agentsFor(server, { password: 'wrong' })
    const body = new PassThrough()
    body.write(Buffer.alloc(1000))
    const sent = call(server.url, agents, { method: 'POST' }, body)
    const answered = sent.then(
      ({ status }) => status,
      ({ code }) => code,
    )
    setTimeout(() => body.end(), 50)
    expect([401, 'ECONNRESET', 'EPIPE']).toContain(await answered)
    await closed(server)
  })
})
