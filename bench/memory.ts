import { benchClients, type Session } from './clients.js'

const PIECE_SIZE = 64 * 1024
const MEGABYTE = 1024 * 1024

/**
 * What the process holds before and at most during one streamed upload, garbage collected first, in MB: a flat line
 * is the goal. Resident memory would also count the garbage that a client library leaves. The same client without
 * authentication shows what it holds by itself: undici's fetch keeps a copy of a streamed body for redirects.
 */
export async function benchMemory(origin: string, megabytes: number): Promise<void> {
  const rows: Record<string, string>[] = []
  for (const client of benchClients) {
    const plain = await measure(client.plain(), `${origin}/open`, megabytes)
    const authenticated = await measure(client.authenticated(origin), `${origin}/upload`, megabytes)
    rows.push({ client: client.name, 'plain MB': written(plain), 'authenticated MB': written(authenticated) })
  }
  console.table(rows)
}

interface Held {
  before: number
  most: number
}

const written = ({ before, most }: Held) => `${before.toFixed(1)}, at most ${most.toFixed(1)}`

async function measure(session: Session, url: string, megabytes: number): Promise<Held> {
  await session.upload(url, pieces(20))
  const before = held()
  let most = before
  const sampler = setInterval(() => {
    most = Math.max(most, held())
  }, 50)
  await session.upload(url, pieces(megabytes))
  clearInterval(sampler)
  await session.close()
  return { before, most }
}

function held(): number {
  if (globalThis.gc === undefined) throw new Error('Run with --expose-gc.')
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / MEGABYTE
}

async function* pieces(megabytes: number): AsyncIterable<Uint8Array> {
  for (let i = 0; i < (megabytes * MEGABYTE) / PIECE_SIZE; i++) yield Buffer.alloc(PIECE_SIZE, i)
}
