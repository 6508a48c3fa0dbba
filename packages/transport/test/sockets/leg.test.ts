import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type LegOutcome, sendLeg } from '../../src/sockets/leg.js'

/** A connection to a server that answers the next request with these bytes. */
async function connected(answer: string | Buffer, closes = false): Promise<Socket> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => (closes ? socket.end(answer) : socket.write(answer)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => {})
  onTestFinished(() => {
    socket.destroy()
    server.close()
  })
  return socket
}

function leg(socket: Socket, method = 'HEAD') {
  const request = { origin: 'http://x', method, path: '/', headers: { Host: 'x' } }
  return new Promise<LegOutcome>((resolve) => void sendLeg(socket, request, resolve))
}

const CHALLENGE = 'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: NTLM abc\r\n'

describe('a leg', () => {
  it('leaves the socket open, and keeps it from the pool that it is free', async () => {
    const socket = await connected(`${CHALLENGE}Content-Length: 0\r\n\r\n`)
    const free = vi.fn()
    socket.on('free', free)
    expect(await leg(socket)).toMatchObject({ head: { status: 401 } })
    expect([socket.writable, free.mock.calls.length, socket.listenerCount('free')]).toEqual([true, 0, 1])
    socket.emit('free')
    expect(free).toHaveBeenCalledOnce()
  })

  it('to which nothing says how long its answer is leaves it open too, as a HEAD has no body', async () => {
    const socket = await connected(`${CHALLENGE}\r\n`)
    expect(await leg(socket)).toMatchObject({ head: { status: 401 } })
    expect(socket.writable).toBe(true)
  })

  it('whose answer says that the connection closes is answered', async () => {
    const socket = await connected(`${CHALLENGE}Connection: close\r\n\r\n`)
    expect(await leg(socket)).toMatchObject({ head: { status: 401 } })
    expect(socket.writable).toBe(false)
  })

  it('drains the body of its answer', async () => {
    const body = Buffer.alloc(900_000)
    const socket = await connected(
      Buffer.concat([Buffer.from(`${CHALLENGE}Content-Length: ${body.length}\r\n\r\n`), body]),
    )
    expect(await leg(socket, 'GET')).toMatchObject({ head: { status: 401 } })
    expect(socket.writable).toBe(true)
  })

  it('but not more than 1 MiB', async () => {
    const body = Buffer.alloc(1_100_000)
    const socket = await connected(
      Buffer.concat([Buffer.from(`${CHALLENGE}Content-Length: ${body.length}\r\n\r\n`), body]),
    )
    expect(await leg(socket, 'GET')).toMatchObject({ failed: { code: 'ERR_NTLM_RESPONSE_TOO_LARGE' } })
    expect(socket.destroyed).toBe(true)
  })

  it.each([
    ['', { lost: { code: 'ECONNRESET' } }],
    [`${CHALLENGE}Content-Length: 5\r\n\r\nab`, { lost: { code: 'ECONNRESET' } }],
    ['220 smtp ready\r\n', { garbled: { code: 'HPE_INVALID_CONSTANT' } }],
  ])('that is answered with %j and a close is lost, or garbled', async (answer, outcome) => {
    const socket = await connected(answer, true)
    expect(await leg(socket, 'GET')).toMatchObject(outcome)
  })
})
