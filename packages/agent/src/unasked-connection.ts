import type { Socket } from 'node:net'
import type { ResponseHead } from '@ntlmkit/transport'

/** Bytes of a head that are looked at: more than Node reads of one. */
const MAX_HEAD = 64 * 1024

/** The start of an answer that asks somebody for credentials. */
const ASKS = /^HTTP\/1\.[01] (401|407) /

/** The error that whoever has the connection gets in the place of an answer, if it gets one. */
export type HeadWatch = (head: ResponseHead) => Error | undefined

/**
 * Reads the heads of the answers on a connection that was opened past the agent: of its requests nothing is known here, and
 * whoever has it reads the same bytes. `push` is how a socket gets them.
 */
export function watchHeads(socket: Socket, watch: HeadWatch): void {
  const { push } = socket
  /** The start of a head that has not come to its end. */
  let begun = ''
  socket.push = (chunk: unknown, encoding?: BufferEncoding) => {
    const error = Buffer.isBuffer(chunk) ? asked(chunk) : undefined
    if (error === undefined) return push.call(socket, chunk, encoding)
    socket.destroy(error)
    return false
  }

  function asked(chunk: Buffer): Error | undefined {
    const text = begun + chunk.toString('latin1', 0, MAX_HEAD)
    begun = ''
    if (!ASKS.test(text)) return undefined
    const end = text.indexOf('\r\n\r\n')
    if (end >= 0) return watch(headOf(text.slice(0, end)))
    if (text.length < MAX_HEAD) begun = text
    return undefined
  }
}

function headOf(text: string): ResponseHead {
  const [start, ...lines] = text.split('\r\n')
  const headers: Record<string, string[]> = Object.create(null)
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon <= 0) continue
    const name = line.slice(0, colon).toLowerCase()
    headers[name] = [...(headers[name] ?? []), line.slice(colon + 1).trim()]
  }
  return { status: Number(ASKS.exec(start)![1]), headers }
}
