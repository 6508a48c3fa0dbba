import { type BenchClient, benchClients, type Session } from './clients.js'
import { median, quantile } from './statistics.js'

const REQUESTS = 100
const WARM_UP = 10

/**
 * 100 requests in turn, handshake and all, against the same client without authentication on the same server: in
 * pairs, so that a machine whose speed drifts slows both.
 */
export async function benchRequests(origin: string, pairs: number): Promise<void> {
  const rows: Record<string, string>[] = []
  for (const client of benchClients) rows.push(await row(client, origin, pairs))
  console.table(rows)
}

async function row(client: BenchClient, origin: string, pairs: number): Promise<Record<string, string>> {
  const authenticated = () => timed(client.authenticated(origin), `${origin}/x`)
  const plain = () => timed(client.plain(), `${origin}/open`)
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

async function timed(session: Session, url: string): Promise<number> {
  const start = performance.now()
  for (let i = 0; i < REQUESTS; i++) await session.get(url)
  const elapsed = performance.now() - start
  await session.close()
  return elapsed
}
