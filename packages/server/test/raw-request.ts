import { once } from 'node:events'
import { connect } from 'node:net'

/** Writes a request as it is given, byte for byte, and gives all that comes until the server closes. */
export async function rawRequest(port: number, head: string | Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.on('error', () => {})
  socket.write(head)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString('latin1')
}

/** The status of the answer to a GET of a request target that no client would write. */
export async function statusOf(port: number, target: string): Promise<number> {
  const head = `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`
  const answer = await rawRequest(port, Buffer.from(head, 'latin1'))
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])
}
