import { randomFillSync } from 'node:crypto'

/** Where a side takes time and chance from: fixed in tests, so that whole messages can be compared. */
export interface Entropy {
  /** Milliseconds since 1970. Default: `Date.now`. */
  now(): number
  /** Default: node:crypto's generator. */
  randomBytes(size: number): Uint8Array
}

/** One call to the generator costs as much as the rest of a response: it is asked for many at a time. */
const POOL_SIZE = 1024
const pool = Buffer.alloc(POOL_SIZE)
let used = POOL_SIZE

/** Random bytes that nobody else gets: what is handed out is not kept. */
function pooledRandomBytes(size: number): Buffer {
  if (size > POOL_SIZE) return randomFillSync(Buffer.alloc(size))
  if (size > POOL_SIZE - used) {
    randomFillSync(pool)
    used = 0
  }
  // Not `Buffer.from`: its memory is shared with whoever else has a small buffer.
  const bytes = Buffer.alloc(size)
  bytes.set(pool.subarray(used, used + size))
  pool.fill(0, used, used + size)
  used += size
  return bytes
}

/** The system's clock and generator. */
export const SYSTEM_ENTROPY: Entropy = { now: Date.now, randomBytes: pooledRandomBytes }
