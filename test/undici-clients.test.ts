import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { Readable, Writable } from 'node:stream'
import {
  Agent,
  getGlobalDispatcher,
  interceptors,
  pipeline,
  request,
  setGlobalDispatcher,
  stream,
  fetch as undiciFetch,
  WebSocket,
} from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { agentFor, call } from './undici-agents.js'
import { legs, startServer, wire } from './wire.js'

const nodeFetch = globalThis.fetch
const fetches: [string, typeof undiciFetch][] = [
  ['undici’s fetch', undiciFetch],
  ['the fetch of Node', nodeFetch as unknown as typeof undiciFetch],
]

describe('undici’s own calls', () => {
  it('request', async () => {
    const server = await startServer()
    const { statusCode, body } = await request(server.url, { dispatcher: agentFor(server) })
    expect({ statusCode, json: await body.json() }).toMatchObject({
      statusCode: 200,
      json: { user: 'alice' },
    })
  })

  it('stream', async () => {
    const server = await startServer()
    const received: Buffer[] = []
    const sink = () => new Writable({ write: (chunk, _encoding, done) => done(void received.push(chunk)) })
    await stream(server.url, { dispatcher: agentFor(server), method: 'GET' }, sink)
    expect(JSON.parse(Buffer.concat(received).toString())).toMatchObject({ user: 'alice' })
  })

  it('pipeline', async () => {
    const server = await startServer()
    const through = pipeline(server.url, { dispatcher: agentFor(server), method: 'POST' }, ({ body }) => body)
    const answer = await Readable.from(['abc']).pipe(through).toArray()
    expect(JSON.parse(Buffer.concat(answer).toString())).toMatchObject({ user: 'alice', bodyBytes: 3 })
  })

  it('WebSocket', async () => {
    const server = await startServer({ upgrade: greet })
    const socket = new WebSocket(server.url.replace('http', 'ws'), { dispatcher: agentFor(server) })
    onTestFinished(() => socket.close())
    const message = await new Promise((resolve, reject) => {
      socket.addEventListener('message', ({ data }) => resolve(data))
      socket.addEventListener('error', ({ error }) => reject(error))
    })
    expect(message).toBe('hello alice')
    expect(legs(server)).toEqual(['GET negotiate 401', 'GET authenticate 101'])
  })
})

/** Upgrades to a WebSocket and says hello (RFC 6455 4.2.2). */
function greet(incoming: IncomingMessage, socket: Duplex): void {
  const key = `${incoming.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
  const accept = createHash('sha1').update(key).digest('base64')
  const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade']
  socket.write(`${[...head, `Sec-WebSocket-Accept: ${accept}`].join('\r\n')}\r\n\r\n`)
  const user = (incoming as { ntlm?: { username: string } }).ntlm?.username
  const text = Buffer.from(`hello ${user?.split('\\').at(-1)}`)
  socket.write(Buffer.concat([Buffer.from([0x81, text.length]), text]))
}

describe.each(fetches)('%s', (_name, fetch) => {
  it('GET', async () => {
    const server = await startServer()
    const response = await fetch(server.url, { dispatcher: agentFor(server) })
    expect(await response.json()).toMatchObject({ user: 'alice', method: 'GET' })
    expect(wire(server)).toMatchObject({ requests: 2, connections: 1 })
  })

  it.each<[string, () => unknown]>([
    ['a string', () => 'x'.repeat(5000)],
    ['a web stream', () => new Blob(['x'.repeat(5000)]).stream()],
    ['a Blob', () => new Blob(['x'.repeat(5000)])],
  ])('POST of %s, once', async (_kind, body) => {
    const server = await startServer()
    const init = {
      dispatcher: agentFor(server),
      method: 'POST',
      body: body() as never,
      duplex: 'half' as const,
    }
    const response = await fetch(server.url, init)
    expect(await response.json()).toMatchObject({ user: 'alice', bodyBytes: 5000 })
    expect(wire(server)).toEqual({ requests: 2, connections: 1, bodyBytes: 5000 })
  })

  it('delivers a final 401', async () => {
    const server = await startServer()
    const response = await fetch(server.url, { dispatcher: agentFor(server, { password: 'wrong' }) })
    expect(response.status).toBe(401)
  })

  it('fails with the NtlmError as its cause', async () => {
    const server = await startServer({ malformed: 'truncated' })
    await expect(fetch(server.url, { dispatcher: agentFor(server) })).rejects.toMatchObject({
      message: 'fetch failed',
      cause: { code: 'ERR_NTLM_BAD_CHALLENGE' },
    })
  })
})

describe('as the global dispatcher', () => {
  it('serves both fetches', async () => {
    const server = await startServer()
    const before = getGlobalDispatcher()
    onTestFinished(() => setGlobalDispatcher(before))
    setGlobalDispatcher(agentFor(server))
    for (const [, fetch] of fetches) {
      expect(await (await fetch(server.url)).json()).toMatchObject({ user: 'alice' })
    }
  })
})

describe('with other dispatchers', () => {
  it('is composed with interceptors, which see one request and one answer', async () => {
    const moved = { '/old': '/new' } as Record<string, string>
    const server = await startServer({
      handler: (incoming, response) => {
        const location = moved[incoming.url ?? '']
        response.writeHead(location ? 302 : 200, location ? { location } : {}).end(incoming.url)
      },
    })
    const seen: string[] = []
    const dispatcher = agentFor(server).compose(
      (dispatch) => (options, handler) => {
        seen.push(options.path)
        return dispatch(options, handler)
      },
      interceptors.redirect({ maxRedirections: 2 }),
      interceptors.retry(),
    )
    expect(await call(`${server.origin}/old`, { dispatcher })).toMatchObject({ status: 200, text: '/new' })
    expect(seen).toEqual(['/old', '/new'])
    expect(wire(server)).toMatchObject({ requests: 3, connections: 1 })
  })

  it('is the product of an Agent’s factory', async () => {
    const server = await startServer()
    const agent = new Agent({ factory: () => agentFor(server) })
    onTestFinished(() => agent.destroy())
    for (let i = 0; i < 3; i++) expect((await call(server.url, { dispatcher: agent })).user).toBe('alice')
    expect(wire(server)).toMatchObject({ requests: 4, connections: 1 })
  })
})
