import { once } from 'node:events'
import { request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ntlmAgents } from '@ntlmkit/agent'
import { expect, it, onTestFinished } from 'vitest'
import { ALICE, startServer } from './wire.js'

/** More than the buffers of both sides take. */
const SIZE = 32_000_000

const upload = () =>
  Readable.from(
    (function* () {
      for (let sent = 0; sent < SIZE; sent += 1_000_000) yield Buffer.alloc(1_000_000)
    })(),
  )

it('the rest of a body goes out behind an answer that came before its end, and the connection serves again', async () => {
  const server = await startServer({
    handler: (incoming, response) => {
      if (incoming.method !== 'POST') {
        response.end()
        return
      }
      incoming.once('data', () => {
        incoming.pause()
        response.writeHead(413, { 'Content-Length': 0 }).end()
        setTimeout(() => incoming.resume(), 50)
      })
    },
  })
  const agents = ntlmAgents({ ...ALICE, origins: server.origin })
  onTestFinished(() => agents.destroy())
  const sent = request(server.url, { agent: agents.http, method: 'POST' })
  const answered = once(sent, 'response').then(async ([response]) => {
    await response.resume().toArray()
    return response.statusCode
  })
  await pipeline(upload(), sent)
  expect(await answered).toBe(413)
  await once(request(server.url, { agent: agents.http }).end(), 'response')
  expect(server.log.map(({ method, status, bodyBytes }) => `${method} ${status} ${bodyBytes}`)).toEqual([
    'HEAD 401 0',
    `POST 413 ${SIZE}`,
    'GET 200 0',
  ])
  expect(server.connections).toBe(1)
})

it('what a server does not read behind its answer ends with the time a socket may be idle', async () => {
  let goOn = () => {}
  const server = await startServer({
    handler: (incoming) => {
      incoming.once('data', () => {
        incoming.pause()
        goOn = () => incoming.resume()
        // Not as the response: Node reads what is left of a request behind that.
        incoming.socket.write('HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n')
      })
    },
  })
  const agents = ntlmAgents({ ...ALICE, origins: server.origin }, { timeout: 200 })
  onTestFinished(() => agents.destroy())
  const sent = request(server.url, { agent: agents.http, method: 'POST' })
  // As axios sets one: a client that has its answer does nothing when it comes.
  sent.on('timeout', () => {})
  const body = upload()
  const answered = once(sent, 'response').then(([response]) => response.resume())
  await expect(pipeline(body, sent)).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' })
  await answered
  expect(body.destroyed).toBe(true)
  // What reads nothing does not see that its client has gone.
  goOn()
  await expect.poll(() => server.openConnections).toBe(0)
})
