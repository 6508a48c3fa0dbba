import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { NtlmServerOptions } from '@ntlmkit/server'
import ky from 'ky'
import createClient from 'openapi-fetch'
import * as undici from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ALICE, legs, startServer, wire } from '../../../test/wire.js'
import { createNtlmFetch, type NtlmAgentOptions, type NtlmFetch } from '../src/index.js'

/** A server that tells what arrived, and Alice's fetch for it. */
async function setUp(options: Partial<NtlmServerOptions> = {}, settings: Partial<NtlmAgentOptions> = {}) {
  const server = await startServer({
    handler: async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
      const { method, url, headers, ntlm } = request
      const text = Buffer.concat(chunks).toString()
      response.setHeader('content-type', 'application/json')
      response.setHeader('set-cookie', ['a=1', 'b=2'])
      response.end(JSON.stringify({ user: ntlm?.username, method, url, headers, text }))
    },
    ...options,
  })
  const fetch = createNtlmFetch({ ...ALICE, origins: server.origin, ...settings })
  onTestFinished(() => fetch.close())
  return { server, fetch }
}

interface Echo {
  user: string
  method: string
  url: string
  headers: Record<string, string>
  text: string
}

async function echoOf(response: Promise<Response>): Promise<Echo> {
  return (await (await response).json()) as Echo
}

describe('a fetch', () => {
  it('authenticates a connection once: 101 requests for 100', async () => {
    const { server, fetch } = await setUp()
    for (let i = 0; i < 100; i++) expect((await echoOf(fetch(server.url))).user).toBe('alice')
    expect(wire(server)).toMatchObject({ requests: 101, connections: 1 })
  })

  it('is typed as the platform’s, and needs no this', async () => {
    const { server, fetch } = await setUp()
    const typed: typeof globalThis.fetch = fetch
    const { close, ...rest } = fetch as unknown as { close: () => Promise<void> }
    expect([typeof close, Object.keys(rest)]).toEqual(['function', []])
    expect((await typed.call(undefined, new URL(server.url))).status).toBe(200)
  })

  it('sends a body of 5 MB once', async () => {
    const { server, fetch } = await setUp()
    const echo = await echoOf(fetch(server.url, { method: 'POST', body: 'x'.repeat(5_000_000) }))
    expect([echo.text.length, wire(server).bodyBytes]).toEqual([5_000_000, 5_000_000])
  })

  it('follows a redirect, with the body where HTTP says so', async () => {
    const { server, fetch } = await setUp({
      handler: (request, response) => {
        request.resume()
        if (request.url === '/moved') response.writeHead(307, { location: '/here' }).end()
        else response.end(`${request.method} ${request.url} ${request.headers['content-length']}`)
      },
    })
    const request = new Request(`${server.origin}/moved`, { method: 'PUT', body: 'abc' })
    const response = await fetch(request)
    expect(await response.text()).toBe('PUT /here 3')
    expect([response.redirected, response.url]).toEqual([true, `${server.origin}/here`])
  })

  it('gives no token to an origin that is not named', async () => {
    const { fetch } = await setUp()
    const foreign = await startServer()
    expect((await fetch(foreign.url)).status).toBe(401)
    expect(legs(foreign)).toEqual(['GET none 401'])
  })

  it('rejects as fetch does, with the reason as its cause', async () => {
    const { server, fetch } = await setUp({}, { strict: true, password: 'wrong' })
    const error = await fetch(server.url).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(TypeError)
    expect(error).toMatchObject({ message: 'fetch failed', cause: { code: 'ERR_NTLM_REJECTED' } })
  })

  it('refuses a dispatcher inside a Request where Node lets it be seen', async () => {
    const { server, fetch } = await setUp()
    const request = new Request(server.url, { dispatcher: new undici.Agent() } as RequestInit)
    const isSeen = Object.getOwnPropertySymbols(request).some(
      ({ description }) => description === 'dispatcher',
    )
    const outcome = await fetch(request).then(
      ({ status }) => status,
      ({ code }) => code,
    )
    expect(outcome).toBe(isSeen ? 'ERR_NTLM_CONFIG' : 200)
    expect((await fetch(new Request(new Request(server.url)))).status).toBe(200)
  })

  it('refuses a dispatcher, of a request or beside it', async () => {
    const { server, fetch } = await setUp()
    const dispatcher = new undici.Agent()
    const refusal = { code: 'ERR_NTLM_CONFIG', message: 'The dispatcher of a request cannot be honoured.' }
    await expect(fetch(server.url, { dispatcher } as RequestInit)).rejects.toMatchObject(refusal)
    const request = Object.assign(new Request(server.url), { dispatcher })
    await expect(fetch(request)).rejects.toMatchObject(refusal)
    expect(server.connections).toBe(0)
  })

  it('refuses bad options where it is made', () => {
    expect(() => createNtlmFetch({ ...ALICE } as NtlmAgentOptions)).toThrow(
      expect.objectContaining({ code: 'ERR_NTLM_CONFIG', message: expect.stringContaining('origins') }),
    )
  })

  it('takes nothing any more once it is closed, and lets what is under way finish', async () => {
    const { server, fetch } = await setUp()
    const response = fetch(server.url)
    await expect.poll(() => server.connections).toBe(1)
    await Promise.all([fetch.close(), echoOf(response)])
    await expect(fetch(server.url)).rejects.toMatchObject({ cause: { code: 'UND_ERR_CLOSED' } })
    await expect.poll(() => server.openConnections).toBe(0)
    expect(fetch[Symbol.asyncDispose]).toBeTypeOf('function')
  })
})

describe('close()', () => {
  const closed = { message: 'fetch failed', cause: { code: 'UND_ERR_CLOSED' } }

  it('lets a request finish that has only just begun, and takes none afterwards', async () => {
    const { server, fetch } = await setUp()
    const answer = fetch(new Request(server.url, { method: 'POST', body: 'text' }))
    const closing = fetch.close()
    await expect(fetch(server.url)).rejects.toMatchObject(closed)
    expect(await echoOf(answer)).toMatchObject({ user: 'alice', text: 'text' })
    await closing
    await expect(fetch(server.url)).rejects.toMatchObject(closed)
    await expect.poll(() => server.openConnections).toBe(0)
  })

  it('lets a request follow its redirects', async () => {
    const { server, fetch } = await setUp({
      handler: (request, response) => {
        if (request.url === '/there') {
          response.end('there')
          return
        }
        void fetch.close()
        response.writeHead(302, { location: '/there' }).end()
      },
    })
    expect(await (await fetch(server.url)).text()).toBe('there')
  })

  it('is done where what has begun fails', async () => {
    const { fetch } = await setUp()
    const failed = fetch('http://127.0.0.1:9').catch(({ message }) => message)
    await fetch.close()
    expect(await failed).toBe('fetch failed')
  })
})

describe('what the platform’s fetch takes, this one takes', () => {
  const post = { method: 'POST' } as const
  const form = () => {
    const data = new FormData()
    data.append('name', 'value')
    data.append('file', new File(['content'], 'a.txt', { type: 'text/plain' }))
    return data
  }

  it.each<[string, (url: string) => Parameters<NtlmFetch>, Partial<Echo>]>([
    ['a string', (url) => [url], { method: 'GET' }],
    ['a URL', (url) => [new URL(url)], { method: 'GET' }],
    ['a Request', (url) => [new Request(url, { method: 'DELETE' })], { method: 'DELETE' }],
    ['a Request with a text', (url) => [new Request(url, { ...post, body: 'abc' })], { text: 'abc' }],
    [
      'a Request and an init',
      (url) => [new Request(url, { ...post, body: 'abc' }), { method: 'PUT', body: 'def' }],
      { method: 'PUT', text: 'def' },
    ],
    [
      'a Request of undici',
      (url) => [new undici.Request(url, { ...post, body: 'abc' }) as never],
      { text: 'abc' },
    ],
    ['a Blob', (url) => [url, { ...post, body: new Blob(['abc']) }], { text: 'abc' }],
    [
      'a Request with a Blob',
      (url) => [new Request(url, { ...post, body: new Blob(['abc']) })],
      { text: 'abc' },
    ],
    [
      'search parameters',
      (url) => [url, { ...post, body: new URLSearchParams({ a: 'b' }) }],
      { text: 'a=b' },
    ],
    ['bytes', (url) => [url, { ...post, body: Buffer.from('abc') }], { text: 'abc' }],
    [
      'a stream',
      (url) => [url, { ...post, body: new Blob(['abc']).stream(), duplex: 'half' } as RequestInit],
      { text: 'abc' },
    ],
    [
      'a stream of Node',
      (url) => [url, { ...post, body: Readable.from(['a', 'bc']), duplex: 'half' } as never],
      { text: 'abc' },
    ],
  ])('%s', async (_what, argumentsFor, expected) => {
    const { server, fetch } = await setUp()
    expect(await echoOf(fetch(...argumentsFor(server.url)))).toMatchObject({ user: 'alice', ...expected })
  })

  it.each<[string, (url: string) => Parameters<NtlmFetch>]>([
    ['beside the URL', (url) => [url, { ...post, body: form() }]],
    ['in a Request', (url) => [new Request(url, { ...post, body: form() })]],
    ['beside a Request', (url) => [new Request(url, post), { body: form() }]],
  ])('a FormData %s', async (_where, argumentsFor) => {
    const { server, fetch } = await setUp()
    const { headers, text } = await echoOf(fetch(...argumentsFor(server.url)))
    const read = await new Response(text, { headers: { 'content-type': headers['content-type'] } }).formData()
    expect([read.get('name'), (read.get('file') as File).name]).toEqual(['value', 'a.txt'])
  })

  it.each<[string, HeadersInit]>([
    ['the platform’s Headers', new Headers({ 'x-mark': 'yes' })],
    ['undici’s Headers', new undici.Headers({ 'x-mark': 'yes' }) as never],
    ['pairs', [['x-mark', 'yes']]],
    ['an object', { 'x-mark': 'yes' }],
  ])('%s', async (_what, headers) => {
    const { server, fetch } = await setUp()
    expect((await echoOf(fetch(server.url, { headers }))).headers).toMatchObject({ 'x-mark': 'yes' })
    expect((await echoOf(fetch(new Request(server.url, { headers })))).headers).toMatchObject({
      'x-mark': 'yes',
    })
  })

  it('the length of a small body that a Request has made a stream of', async () => {
    const { server, fetch } = await setUp()
    const body = JSON.stringify({ a: 1 })
    const { headers } = await echoOf(fetch(new Request(server.url, { ...post, body })))
    expect(headers).toMatchObject({ 'content-length': String(body.length) })
    expect(headers).not.toHaveProperty('transfer-encoding')
  })

  it('a Request whose stream is large, or comes later, in pieces', async () => {
    const { server, fetch } = await setUp()
    const large = new Request(server.url, { ...post, body: 'x'.repeat(1_000_000) })
    expect((await echoOf(fetch(large))).text).toHaveLength(1_000_000)

    let send: (text: string | undefined) => void = () => {}
    const body = new ReadableStream({
      start(controller) {
        send = (text) => (text === undefined ? controller.close() : controller.enqueue(Buffer.from(text)))
      },
    })
    send('early ')
    const late = echoOf(fetch(new Request(server.url, { ...post, body, duplex: 'half' } as RequestInit)))
    const seen = server.log.length
    await expect.poll(() => server.log.length).toBeGreaterThan(seen)
    send('late')
    send(undefined)
    expect((await late).text).toBe('early late')
  })

  it('no Request twice, and a clone of it once', async () => {
    const { server, fetch } = await setUp()
    const request = new Request(server.url, { ...post, body: 'abc' })
    const clone = request.clone()
    expect((await echoOf(fetch(request))).text).toBe('abc')
    expect(request.bodyUsed).toBe(true)
    await expect(fetch(request)).rejects.toBeInstanceOf(TypeError)
    expect((await echoOf(fetch(clone))).text).toBe('abc')
  })

  it.each<[string, (signal: AbortSignal) => [Record<string, unknown>, RequestInit]]>([
    ['beside the URL', (signal) => [{}, { signal }]],
    ['in a Request', (signal) => [{ signal }, {}]],
  ])('a signal %s, with its reason', async (_where, place) => {
    const { server, fetch } = await setUp({ handler: () => {} })
    const controller = new AbortController()
    const [ofRequest, init] = place(controller.signal)
    const input = 'signal' in ofRequest ? new Request(server.url, ofRequest) : server.url
    const response = fetch(input, init)
    await expect.poll(() => server.log.length).toBeGreaterThan(0)
    controller.abort(new Error('enough'))
    await expect(response).rejects.toThrow('enough')
  })

  it('a signal of another realm', async () => {
    const { server, fetch } = await setUp({ handler: () => {} })
    const target = new EventTarget()
    const signal = Object.assign(target, { aborted: false, reason: new Error('elsewhere') })
    const response = fetch(server.url, { signal: signal as unknown as AbortSignal })
    await expect.poll(() => server.log.length).toBeGreaterThan(0)
    target.dispatchEvent(new Event('abort'))
    await expect(response).rejects.toThrow('elsewhere')
  })
})

describe('the answer', () => {
  it('is a Response of the platform, with all that it has', async () => {
    const { server, fetch } = await setUp()
    const response = await fetch(server.url)
    expect(response).toBeInstanceOf(globalThis.Response)
    expect(response).toMatchObject({
      ok: true,
      status: 200,
      statusText: 'OK',
      url: server.url,
      redirected: false,
      type: expect.any(String),
      bodyUsed: false,
    })
    expect(response.headers).toBeInstanceOf(globalThis.Headers)
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    const clone = response.clone()
    expect([clone instanceof Response, clone.url, (await clone.json()).user]).toEqual([
      true,
      server.url,
      'alice',
    ])
    expect(((await response.json()) as Echo).user).toBe('alice')
    expect(response.bodyUsed).toBe(true)
  })

  it.each<[string, (response: Response) => Promise<unknown>, unknown]>([
    ['text', (response) => response.text(), 'a=b'],
    [
      'bytes',
      async (response) =>
        Buffer.from(await (response as never as { bytes(): Promise<Uint8Array> }).bytes()).toString(),
      'a=b',
    ],
    ['arrayBuffer', async (response) => (await response.arrayBuffer()).byteLength, 3],
    ['blob', async (response) => (await response.blob()) instanceof Blob, true],
    ['formData', async (response) => (await response.formData()).get('a'), 'b'],
    [
      'body',
      async (response) => [...(await buffer(response.body as unknown as AsyncIterable<Buffer>))].join(),
      '97,61,98',
    ],
    ['a Response of its body', (response) => new Response(response.body, response).text(), 'a=b'],
  ])('is read as any other: %s', async (_how, read, expected) => {
    const { server, fetch } = await setUp({
      handler: (_request, response) => {
        response.setHeader('content-type', 'application/x-www-form-urlencoded').end('a=b')
      },
    })
    expect(await read(await fetch(server.url))).toEqual(expected)
  })

  it('has no body where HTTP has none', async () => {
    const { server, fetch } = await setUp({
      handler: (_request, response) => void response.writeHead(204).end(),
    })
    const response = await fetch(server.url)
    expect([response.status, response.body, await response.text()]).toEqual([204, null, ''])
  })

  it.each([204, 304, 418, 599, 999])('has status %i', async (status) => {
    const { server, fetch } = await setUp({
      handler: (_request, response) => void response.writeHead(status).end(),
    })
    expect([(await fetch(server.url)).status, await (await fetch(server.url)).text()]).toEqual([status, ''])
  })

  it('is undici’s where the platform has none', async () => {
    const { server, fetch } = await setUp()
    const Global = globalThis.Response
    try {
      Reflect.deleteProperty(globalThis, 'Response')
      expect(await fetch(server.url)).toBeInstanceOf(undici.Response)
    } finally {
      globalThis.Response = Global
    }
  })
})

describe('clients that take a fetch', () => {
  it('ky: json, a form, hooks, a retry and an error with its response', async () => {
    let failures = 1
    const { server, fetch } = await setUp({
      handler: async (request, response) => {
        const chunks: Buffer[] = []
        for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
        if (request.url === '/gone') response.statusCode = 404
        if (request.url === '/flaky' && failures-- > 0) response.statusCode = 503
        response.end(JSON.stringify({ user: request.ntlm?.username, text: Buffer.concat(chunks).toString() }))
      },
    })
    const seen: number[] = []
    const client = ky.create({
      prefixUrl: server.origin,
      fetch,
      retry: { limit: 1, delay: () => 1 },
      hooks: { afterResponse: [(_request, _options, response) => void seen.push(response.status)] },
    })
    expect(await client.post('x', { json: { a: 1 } }).json()).toEqual({ user: 'alice', text: '{"a":1}' })
    expect(await client.put('flaky', { body: 'abc' }).json()).toEqual({ user: 'alice', text: 'abc' })
    await expect(client.get('gone')).rejects.toMatchObject({ name: 'HTTPError', response: { status: 404 } })
    expect(seen).toEqual([200, 503, 200, 404])
  })

  it('openapi-fetch', async () => {
    const { server, fetch } = await setUp()
    interface Paths {
      '/items': {
        post: {
          requestBody: { content: { 'application/json': { a: number } } }
          responses: { 200: { content: { 'application/json': Echo } } }
        }
      }
    }
    const client = createClient<Paths>({ baseUrl: server.origin, fetch })
    const { data, response } = await client.POST('/items', { body: { a: 1 } })
    expect([data?.user, data?.text, response.status]).toEqual(['alice', '{"a":1}', 200])
  })
})

it('the answer of a server elsewhere that is no status of HTTP is passed on', async () => {
  const odd = createServer((_request, response) => response.writeHead(799).end('odd'))
  await new Promise<void>((resolve) => odd.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void odd.close())
  const { fetch } = await setUp()
  const response = await fetch(`http://127.0.0.1:${(odd.address() as AddressInfo).port}/`)
  expect([response.status, await response.text()]).toEqual([799, 'odd'])
})
