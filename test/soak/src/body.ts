import { createHash } from 'node:crypto'
import { Draw } from '#load/draw'
import { Purpose } from './purposes.js'

export const LONGEST_BODY = 64 * 1024

const BYTES = Buffer.alloc(2 * LONGEST_BODY)
const draw = new Draw(0, Purpose.bodies)
for (let at = 0; at < BYTES.length; at++) BYTES[at] = draw.between(0, 255)

/** The body of the request with this index: whoever knows the index knows every byte. */
export function bodyOf(index: number, length: number): Buffer {
  const body = Buffer.allocUnsafeSlow(length)
  const start = index % LONGEST_BODY
  BYTES.copy(body, 0, start, start + length)
  // Bodies of the same start differ too.
  if (length >= 4) body.writeUInt32BE(index)
  return body
}

/** In hex. */
export function checksum(body: Buffer): string {
  return createHash('sha256').update(body).digest('hex')
}
