import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'
import { resolveOptions, Session } from '@ntlmkit/transport'
import { describe, expect, it } from 'vitest'
import { PinnedSocket } from '../src/pinned-socket.js'

const fakeSocket = () =>
  new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() }) as unknown as Socket
const sessionAt = (origin: string) =>
  new Session(resolveOptions({ username: 'u', password: 'p', origins: '*' })).at(origin)
const closed = () => new Promise((resolve) => setImmediate(resolve))

describe('a pinned socket', () => {
  it('is one for a socket', () => {
    const socket = fakeSocket()
    expect(PinnedSocket.of(socket)).toBe(PinnedSocket.of(socket))
  })

  it('keeps its authentication', () => {
    const pinned = PinnedSocket.of(fakeSocket())
    const seen: unknown[] = []
    for (let i = 0; i < 2; i++) pinned.makeReady(sessionAt('http://x'), () => seen.push(pinned.auth))
    expect(seen).toEqual([pinned.auth, pinned.auth])
    expect(pinned.auth.state).toBe('fresh')
  })

  it('over TLS waits for the certificate, and may not speak HTTP/2', () => {
    const socket = new TLSSocket(fakeSocket())
    socket.on('error', () => {})
    const errors: unknown[] = []
    PinnedSocket.of(socket).makeReady(sessionAt('https://x'), (error) => errors.push(error))
    expect(errors).toEqual([])
    socket.alpnProtocol = 'h2'
    socket.emit('secureConnect')
    expect(errors).toEqual([expect.objectContaining({ code: 'ERR_NTLM_HTTP2' })])
    socket.destroy()
  })

  it('that has retired closes when it is free, before its pool hears of it', () => {
    const socket = fakeSocket()
    let wasWritable: boolean | undefined
    socket.on('free', () => {
      wasWritable = socket.writable
    })
    PinnedSocket.of(socket).retire()
    socket.emit('free')
    expect(wasWritable).toBe(false)
  })

  it('tells whoever works on it that it closed, and of what', async () => {
    const socket = fakeSocket()
    const pinned = PinnedSocket.of(socket)
    const seen: unknown[] = []
    pinned.onClose = (error) => seen.push(error)
    const reason = new Error('gone')
    socket.destroy(reason)
    await closed()
    expect(seen).toEqual([reason])
    expect([pinned.usable, pinned.error]).toEqual([false, reason])
  })
})
