import { once } from 'node:events'
import {
  Agent,
  ClientRequest,
  createServer,
  get,
  type IncomingMessage,
  type RequestOptions,
  request,
} from 'node:http'
import { type AddressInfo, connect, Socket } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  checkInternals,
  denySocket,
  endAnswer,
  freeingListener,
  giveSocket,
  interceptSocket,
  isWholeInMemory,
  KeptRequest,
  keepOpen,
  leaveQueue,
  noteSocket,
  onHeadMade,
  openThrough,
  type PoolingAgent,
  putIntoHead,
} from '../../src/sockets/node-internals.js'

const hint = (what: string) =>
  `Node ${process.versions.node} has changed ${what}: packages/transport/src/sockets/node-internals.ts must follow.`

/** A server that answers with the fields and the body it got. */
async function startServer(headers: Record<string, string> = {}): Promise<string> {
  const server = createServer(async (incoming, response) => {
    let body = ''
    for await (const chunk of incoming) body += chunk
    response.writeHead(200, headers).end(JSON.stringify({ ...incoming.headers, body }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function keepAliveAgent(options = {}): Agent {
  const agent = new Agent({ keepAlive: true, ...options })
  onTestFinished(() => agent.destroy())
  return agent
}

async function read(response: IncomingMessage): Promise<string> {
  return (await response.toArray()).join('')
}

describe('what the agents use of Node without its being documented', () => {
  it('is there, by name', () => {
    expect(checkInternals, hint('what http.Agent and ClientRequest consist of')).not.toThrow()
  })

  it.each([
    [Agent.prototype, 'addRequest'],
    [Agent.prototype, 'createSocket'],
    [ClientRequest.prototype, 'onSocket'],
  ])('and is missed with a clear message: %#', (prototype, name) => {
    const methods = prototype as unknown as Record<string, unknown>
    const method = methods[name]
    onTestFinished(() => {
      methods[name] = method
    })
    delete methods[name]
    expect(checkInternals).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_CONFIG',
        message: expect.stringContaining(`has no ${name} in Node`),
        hint: expect.stringContaining('node-internals.ts'),
      }),
    )
  })

  it('ClientRequest asks its agent by addRequest', async () => {
    const origin = await startServer()
    const agent = keepAliveAgent() as Agent & PoolingAgent
    const asked = vi.spyOn(agent, 'addRequest')
    const [response] = await once(get(origin, { agent }), 'response')
    await read(response)
    expect(asked, hint('how a request gets to its agent')).toHaveBeenCalledOnce()
  })

  it('an agent gives a request its socket by onSocket', async () => {
    const origin = await startServer()
    const pool = keepAliveAgent() as Agent & PoolingAgent
    const given: unknown[] = []
    const agent = {
      addRequest(sent: ClientRequest, options: RequestOptions) {
        const receive = interceptSocket(sent, (socket) => {
          given.push(socket)
          setTimeout(() => receive(socket), 10)
        })
        pool.addRequest(sent, options)
      },
    } as unknown as Agent
    const [response] = await once(get(origin, { agent }), 'response')
    await read(response)
    expect(given, hint('how a request gets its socket')).toEqual([expect.any(Socket)])
  })

  it('a request is written to whatever socket it is given', async () => {
    const origin = new URL(await startServer())
    const sent = get(origin, { agent: { addRequest() {} } as unknown as Agent })
    giveSocket(sent, connect(Number(origin.port), origin.hostname))
    const [response] = await once(sent, 'response')
    expect(JSON.parse(await read(response)).host, hint('how a request takes its socket')).toBe(origin.host)
  })

  it.each<[string, string | Buffer | undefined]>([
    ['without a body', undefined],
    ['with a string', 'abc'],
    ['with a buffer', Buffer.from('abc')],
  ])('the head is the first thing written, as one string: %s', async (_kind, body) => {
    const origin = await startServer()
    const agent = keepAliveAgent()
    const sent = request(origin, {
      agent,
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'X-A': 'é', 'x-b': 'old' },
    })
    sent.on('socket', (socket) => putIntoHead(socket, { 'X-Added': 'yes', 'x-a': undefined, 'X-B': 'new' }))
    sent.end(body)
    const [response] = await once(sent, 'response')
    const seen = JSON.parse(await read(response))
    expect(seen, hint('how it writes the head of a request')).toMatchObject({
      'x-added': 'yes',
      'x-b': 'new',
    })
    expect(seen.body).toBe(body === undefined ? '' : 'abc')
    const [again] = await once(get(origin, { agent }), 'response')
    expect(JSON.parse(await read(again))['x-added']).toBeUndefined()
  })

  it('and a head that is not is an error', async () => {
    const origin = await startServer()
    const sent = get(origin)
    sent.on('socket', (socket) => {
      putIntoHead(socket, { 'X-Added': 'yes', 'x-a': undefined, 'X-B': 'new' })
      socket.write(Buffer.from('GET'))
    })
    await expect(once(sent, 'response')).rejects.toMatchObject({
      code: 'ERR_NTLM_CONFIG',
      message: expect.stringContaining('not written as one string'),
    })
  })

  it('agent.requests is the queue, by the name of the pool', async () => {
    const origin = await startServer()
    const agent = keepAliveAgent({ maxSockets: 1 })
    const first = get(origin, { agent })
    const second = get(origin, { agent })
    const queued = () => Object.values(agent.requests).flat()
    expect(queued(), hint('agent.requests')).toEqual([second])
    leaveQueue(agent, second)
    expect(Object.keys(agent.requests)).toEqual([])
    const [response] = await once(first, 'response')
    await read(response)
  })

  it('a request without a socket ends when it is told that there is none', async () => {
    const agent = { addRequest() {} } as unknown as Agent
    const sent = get('http://127.0.0.1:1', { agent })
    const ended = once(sent, 'error')
    sent.destroy(new Error('enough'))
    denySocket(sent)
    expect((await ended)[0].message, hint('how a request learns that it gets no socket')).toBe('enough')
  })

  it('shouldKeepAlive decides whether the socket of an answered HEAD stays open', async () => {
    const origin = await startServer({ 'Transfer-Encoding': 'chunked' })
    const agent = keepAliveAgent()
    const sent = request(origin, { method: 'HEAD', agent })
    sent.on('response', (response) => {
      keepOpen(sent)
      response.resume()
    })
    sent.end()
    const [socket] = (await once(sent, 'socket')) as [Socket]
    await once(sent, 'close')
    await new Promise(setImmediate)
    expect(socket.destroyed, hint('shouldKeepAlive')).toBe(false)
  })

  it('an answer that is ended behind its head has no body for the client, whatever still comes', async () => {
    const origin = await startServer({ 'Content-Length': '1000000', 'Content-Encoding': 'gzip' })
    const sent = get(origin, { agent: keepAliveAgent() })
    sent.on('response', (answer) => {
      endAnswer(answer)
      answer.socket.destroy()
    })
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    expect(await response.toArray(), hint('IncomingMessage _dumped, complete')).toEqual([])
    expect(Object.keys(response.headers)).not.toContain('content-encoding')
  })

  it('an agent opens its sockets by createSocket', async () => {
    const origin = await startServer()
    const outer = keepAliveAgent()
    const inner = keepAliveAgent()
    openThrough(outer, () => inner as Agent & PoolingAgent)
    const [response] = await once(get(origin, { agent: outer }), 'response')
    await read(response)
    await new Promise(setImmediate)
    expect(Object.values(inner.freeSockets).flat(), hint('how an agent opens sockets')).toHaveLength(1)
  })

  it('what an agent that keeps nothing alive has opened elsewhere is not asked to be closed', async () => {
    const origin = await startServer()
    const outer = new Agent()
    openThrough(outer, () => keepAliveAgent() as Agent & PoolingAgent)
    const [response] = await once(get(origin, { agent: outer }), 'response')
    expect(JSON.parse(await read(response)).connection, hint('_last and shouldKeepAlive')).toBe('keep-alive')
  })

  it('the head of a request is made by _implicitHeader, at its first byte or its end', async () => {
    const agent = { addRequest() {} } as unknown as Agent
    const sent = request('http://127.0.0.1:1', { agent, method: 'POST' })
    const made: boolean[] = []
    onHeadMade(sent, () => made.push(sent.headersSent))
    sent.setHeader('X-A', '1')
    expect(made).toEqual([])
    sent.write('abc')
    sent.end()
    expect(made, hint('_implicitHeader')).toEqual([true])
  })

  it.each<[string, string, (sent: ClientRequest) => void, boolean]>([
    ['nothing', 'DELETE', (sent) => sent.end(), false],
    ['an empty body', 'POST', (sent) => sent.end(), false],
    [
      'an empty body in chunks',
      'POST',
      (sent) => sent.setHeader('Transfer-Encoding', 'chunked').end(),
      false,
    ],
    ['a string', 'POST', (sent) => sent.end('abc'), true],
    ['chunks', 'POST', (sent) => void [sent.write('a'), sent.end(Buffer.from('bc'))], true],
  ])(
    'a request that was ended before it got a socket is in outputData: %s',
    async (_kind, method, end, hasBody) => {
      const agent = { addRequest() {} } as unknown as Agent
      const sent = request('http://127.0.0.1:1', { agent, method })
      expect(isWholeInMemory(sent)).toBe(false)
      end(sent)
      expect(isWholeInMemory(sent), hint('outputData')).toBe(true)
      expect(new KeptRequest(sent).hasBody, hint('outputSize, _header and chunkedEncoding')).toBe(hasBody)
    },
  )

  it('a request that is restored is written again, and its answer comes to its listeners', async () => {
    const origin = new URL(await startServer())
    const agent = { addRequest() {}, keepAlive: true, protocol: 'http:' } as unknown as Agent
    const sent = request(origin, { agent, method: 'POST' })
    sent.write('a', () => written.push('a'))
    sent.end('bc')
    const written: string[] = []
    const kept = new KeptRequest(sent)
    const socket = connect(Number(origin.port), origin.hostname)
    onTestFinished(() => void socket.destroy())
    const bodies: string[] = []
    for (let i = 0; i < 3; i++) {
      giveSocket(sent, socket)
      const [response] = await once(sent, 'response')
      const free = freeingListener(sent)!
      expect(free.name, hint('with which it frees the socket')).toBe('requestOnFinish')
      const freed = once(socket, 'free')
      bodies.push(JSON.parse(await read(response)).body)
      await freed
      sent.off('finish', free)
      kept.restore()
      expect(sent.destroyed).toBe(false)
    }
    expect(bodies, hint('what a request notes of being written')).toEqual(['abc', 'abc', 'abc'])
    expect(written).toEqual(['a'])
  })

  it('a request buffers what is written while its socket is somebody else’s', () => {
    const agent = { addRequest() {} } as unknown as Agent
    const sent = request('http://127.0.0.1:1', { agent, method: 'POST' })
    const socket = new Socket()
    noteSocket(sent, socket)
    sent.end('abc')
    expect([sent.socket, socket.writableLength], hint('who a socket belongs to')).toEqual([socket, 0])
    expect(isWholeInMemory(sent)).toBe(true)
  })
})
