import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** The first byte of a TLS record of type handshake (RFC 8446 5.1). */
const TLS_HANDSHAKE = 0x16

/** What stands before a port, passes everything on, and saw how each connection began. */
export interface Witness {
  port: number
  /** `tls`, or the first line that came in plain text. */
  readonly began: string[]
}

/** @param target the port that bytes are passed on to; absent, every connection is closed when it has begun. */
export async function startWitness(target?: number): Promise<Witness> {
  const began: string[] = []
  const sockets = new Set<Socket>()
  const track = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  }
  const server = createServer((socket) => {
    track(socket)
    socket.once('data', (first: Buffer) => {
      began.push(first[0] === TLS_HANDSHAKE ? 'tls' : first.toString('latin1').split('\r\n', 1)[0])
      if (target === undefined) {
        socket.destroy()
        return
      }
      const onward = connect(target, '127.0.0.1')
      track(onward)
      onward.write(first)
      onward.pipe(socket).pipe(onward)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, began }
}
