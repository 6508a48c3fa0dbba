import { type BenchClient, benchClients, type Session } from './clients.js'
import { median, quantile } from './statistics.js'

const WARM_UP = 10

/** A number of GETs in one shape, each on what `open` gives for it. */
export interface Shape {
  name: string
  run(open: () => Session, url: string): Promise<void>
}

/** One session, handshake and all. */
const inTurn: Shape = {
  name: '100 GETs in turn',
  async run(open, url) {
    const session = open()
    for (let i = 0; i < 100; i++) await session.get(url)
    await session.close()
  },
}

/** Ten callers on one session: ten connections, and ten handshakes. */
const tenAtOnce: Shape = {
  name: '100 GETs, ten at once',
  async run(open, url) {
    const session = open()
    const caller = async () => {
      for (let i = 0; i < 10; i++) await session.get(url)
    }
    await Promise.all(Array.from({ length: 10 }, caller))
    await session.close()
  },
}

/** A session for each GET: nothing of its server is known to it. */
const newConnections: Shape = {
  name: '10 GETs, each on a new connection',
  async run(open, url) {
    for (let i = 0; i < 10; i++) {
      const session = open()
      await session.get(url)
      await session.close()
    }
  },
}

export const shapes: readonly Shape[] = [inTurn, tenAtOnce, newConnections]

/**
 * The shapes with authentication, against the same client without it on the same server: in pairs, so that a machine
 * whose speed drifts slows both.
 */
export async function benchRequests(origin: string, shape: Shape, pairs: number): Promise<void> {
  const rows: Record<string, string>[] = []
  for (const client of benchClients) rows.push(await row(client, origin, shape, pairs))
  console.table(rows)
}

async function row(
  client: BenchClient,
  origin: string,
  shape: Shape,
  pairs: number,
): Promise<Record<string, string>> {
  const authenticated = () => timed(shape, () => client.authenticated(origin), `${origin}/x`)
  const plain = () => timed(shape, () => client.plain(), `${origin}/open`)
  const ours: number[] = []
  const theirs: number[] = []
  for (let pair = -WARM_UP; pair < pairs; pair++) {
    const [a, b] =
      pair % 2 === 0 ? [await authenticated(), await plain()] : await reversed(plain, authenticated)
    if (pair < 0) continue
    ours.push(a)
    theirs.push(b)
  }
  const ratios = ours.map((time, i) => theirs[i] / time)
  return {
    client: client.name,
    'authenticated ms': median(ours).toFixed(1),
    'plain ms': median(theirs).toFixed(1),
    'plain / authenticated': median(ratios).toFixed(3),
    'middle half': `${quantile(ratios, 0.25).toFixed(2)} to ${quantile(ratios, 0.75).toFixed(2)}`,
  }
}

async function reversed(
  first: () => Promise<number>,
  second: () => Promise<number>,
): Promise<[number, number]> {
  const a = await first()
  return [await second(), a]
}

async function timed(shape: Shape, open: () => Session, url: string): Promise<number> {
  const start = performance.now()
  await shape.run(open, url)
  return performance.now() - start
}
