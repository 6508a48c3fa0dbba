import { once } from 'node:events'
import {
  Agent,
  type ClientRequest,
  createServer,
  get,
  request as httpRequest,
  type RequestOptions,
} from 'node:http'
import { type AddressInfo, createServer as createNetServer, type Socket } from 'node:net'
import type { nodeInternals } from '@ntlmkit/transport'
import { expect, it, onTestFinished } from 'vitest'
import { InterceptedRequest, type RequestObserver } from '../src/intercepted-request.js'

async function startServer(): Promise<string> {
  const server = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A request whose socket is passed on, and what its observer was told. */
function intercepted(url: string, answers: Partial<RequestObserver> = {}) {
  const told: string[] = []
  const pool = new Agent({ keepAlive: true })
  onTestFinished(() => pool.destroy())
  const addRequest = (sent: ClientRequest, options: RequestOptions) => {
    setImmediate(() => (pool as Agent & nodeInternals.PoolingAgent).addRequest(sent, options))
  }
  const agent = { addRequest, keepAlive: true, defaultPort: 80, protocol: 'http:' } as unknown as Agent
  const request = get(url, { agent })
  const observer: RequestObserver = {
    origin: url,
    inContext: (run) => run(),
    onTakenBack: (closed) => void told.push(closed ? 'taken back, closed' : 'taken back'),
    onSocket: (socket) => made.send(socket),
    onNoSocket: (error) => {
      told.push('no socket')
      made.fail(error)
    },
    onDestroy: () => void told.push('destroy'),
    onTimeoutSet: (milliseconds) => void told.push(`timeout ${milliseconds}`),
    onResponse: () => {
      told.push('response')
      return 'deliver'
    },
    onUpgrade: () => told.push('upgrade') > 0,
    onError: (error) => {
      told.push('error')
      return error
    },
    onClose: () => void told.push('close'),
    ...answers,
  }
  const made = new InterceptedRequest(request, observer)
  return { made, request, told }
}

/** Nobody listens there. */
const offline = 'http://127.0.0.1:1'

it('what happens to a request goes past its observer, and reaches the client', async () => {
  const { request, told } = intercepted(await startServer())
  const [response] = await once(request, 'response')
  response.resume()
  await once(request, 'close')
  expect(told).toEqual(['response', 'close'])
})

it('the observer may make an error of an answer', async () => {
  const refusal = new Error('refused')
  const { request } = intercepted(await startServer(), { onResponse: () => refusal })
  let answered = false
  request.on('response', () => {
    answered = true
  })
  const errors: Error[] = []
  request.on('error', (error) => errors.push(error))
  await new Promise((resolve) => request.on('close', resolve))
  expect([errors, answered]).toEqual([[refusal], false])
})

it('and another error of an error', async () => {
  const other = new Error('other')
  const { request } = intercepted(offline, { onError: () => other })
  const failed = new Promise((resolve) => request.on('error', resolve))
  expect(await failed).toBe(other)
})

it('a request without a socket that is destroyed ends at once, once', async () => {
  const agent = { addRequest() {} } as unknown as Agent
  const request = get(offline, { agent })
  const told: string[] = []
  const errors: Error[] = []
  new InterceptedRequest(request, {
    inContext: (run: () => unknown) => run(),
    onDestroy: () => told.push('destroy'),
    onError: (error: Error) => error,
    onClose: () => told.push('close'),
  } as unknown as RequestObserver)
  request.on('error', (error) => errors.push(error))
  const reason = new Error('enough')
  request.destroy(reason)
  request.destroy()
  await new Promise((resolve) => request.on('close', resolve))
  expect([told, errors]).toEqual([['destroy', 'close'], [reason]])
})

it('a timeout is told, and set all the same', async () => {
  const { request, told } = intercepted(await startServer())
  request.setTimeout(5000)
  const [socket] = await once(request, 'socket')
  expect(told).toEqual(['timeout 5000'])
  const [response] = await once(request, 'response')
  expect(socket.timeout).toBe(5000)
  response.resume()
})

it('a released request is told of no more', async () => {
  const { made, request, told } = intercepted(await startServer())
  await once(request, 'socket')
  made.release()
  request.setTimeout(5000)
  const [response] = await once(request, 'response')
  response.resume()
  await once(request, 'close')
  expect(told).toEqual([])
})

it('a protocol that the server switches to unasked is a lost connection, and never silence', async () => {
  const server = createNetServer((socket) => {
    socket.once('data', () => socket.write('HTTP/1.1 101 Other\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  for (const listens of [false, true]) {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { request, told } = intercepted(url, { onUpgrade: () => false })
    if (listens) request.on('upgrade', () => told.push('seen by the client'))
    const errors: Error[] = []
    request.on('error', (error) => errors.push(error))
    await new Promise((resolve) => request.on('close', resolve))
    expect(errors).toMatchObject([{ code: 'ECONNRESET', message: 'socket hang up' }])
    expect(request.socket?.destroyed).toBe(true)
    expect(told).not.toContain('seen by the client')
  }
})

it('an error of the socket behind the whole answer to a whole request reaches nobody', async () => {
  const { request } = intercepted(await startServer())
  const [response] = await once(request, 'response')
  response.resume()
  await once(response, 'end')
  expect(request.emit('error', new Error('too late'))).toBe(false)
})

it('an error of the socket before the request is whole reaches the client, answered or not', async () => {
  const agent = new Agent({ keepAlive: true })
  onTestFinished(() => agent.destroy())
  const request = httpRequest(await startServer(), { agent, method: 'POST' })
  request.write('the beginning')
  const made: InterceptedRequest = new InterceptedRequest(request, {
    onSocket: (socket: Socket) => made.send(socket),
    inContext: (run: () => unknown) => run(),
    onResponse: () => 'deliver',
    onError: (error: Error) => error,
    onDestroy: () => {},
    onClose: () => {},
  } as unknown as RequestObserver)
  const [response] = await once(request, 'response')
  response.resume()
  await once(response, 'end')
  const failed = once(request, 'error')
  request.emit('error', new Error('in time'))
  expect((await failed)[0].message).toBe('in time')
  request.destroy()
})

it('an answer is taken back unseen, and the request written again as if for the first time', async () => {
  let answers = 0
  const server = createServer((incoming, response) => {
    answers++
    incoming.resume().once('end', () => response.writeHead(answers === 1 ? 401 : 200).end('body'))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { made, request, told } = intercepted(url, {
    onResponse: ({ statusCode }) => (statusCode === 401 ? 'take back' : 'deliver'),
    onTakenBack: (closed) => {
      told.push(`taken back ${closed}`)
      made.send(request.socket!)
    },
  })
  const seen: string[] = []
  for (const event of ['socket', 'finish', 'response', 'close', 'error']) {
    request.on(event, () => seen.push(event))
  }
  const [response] = await once(request, 'response')
  expect([response.statusCode, (await response.toArray()).join('')]).toEqual([200, 'body'])
  await new Promise((resolve) => setImmediate(resolve))
  expect(seen).toEqual(['socket', 'finish', 'response', 'close'])
  expect([answers, told]).toEqual([2, ['taken back false', 'close']])
})
