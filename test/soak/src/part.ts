import { setTimeout as delay } from 'node:timers/promises'
import { ClientLedger } from './client-ledger.js'
import type { Evidence } from './evidence.js'
import { Load } from './load.js'
import { MemorySeries } from './memory-series.js'
import { closed, openSockets } from './open-sockets.js'
import { Patience } from './patience.js'
import { quartersOf } from './quarters.js'
import { RequestSource } from './request-source.js'
import { Rests } from './rest.js'
import { Seat } from './seat.js'
import { Servers } from './servers.js'
import { sessionPlans } from './session-plans.js'
import type { Settings } from './settings.js'
import { SocketWatch } from './socket-watch.js'
import { watchTroubles } from './troubles.js'

/** Milliseconds after which a request that has not ended counts as one that never will: it may have waited for its turn. */
const HANGS_AFTER = 60_000
const PROGRESS_EVERY = 5000

/** How far a part of a run has come. */
export interface Progress {
  settled: number
  /** With 200. */
  answered: number
  /** Open now, and the most that the pools allow. */
  sockets: number
  allowedSockets: number
}

export type PartSettings = Pick<Settings, 'seed' | 'faultRate' | 'requests' | 'seconds' | 'concurrency'>

/** Makes the requests of one part of a run from this process, to servers in another one. */
export async function runPart(
  { seed, faultRate, requests, seconds, concurrency }: PartSettings,
  tell: (progress: Progress) => void,
): Promise<Evidence> {
  const troubles = watchTroubles()
  const servers = await Servers.start({ seed, faultRate, requests })
  const plans = sessionPlans(seed)
  const source = new RequestSource(seed, faultRate, plans)
  const ledger = new ClientLedger(requests)
  const patience = new Patience()
  const seats = plans.map((plan) => new Seat(plan, servers, patience))
  const load = new Load({ requests, concurrency, source, seats, patience, ledger })
  const sockets = new SocketWatch(seats)
  servers.onSockets((open) => sockets.enterServers(open))
  const memory = new MemorySeries(servers, sockets, () => ledger.settled)

  const begun = performance.now()
  const soFar = () => (performance.now() - begun) / 1000
  const progress = setInterval(() => {
    const { settled, answered } = ledger
    tell({ settled, answered, sockets: sockets.clients.last, allowedSockets: sockets.allowed })
  }, PROGRESS_EVERY)
  const end = setTimeout(() => load.stop(), seconds * 1000)
  const rests = new Rests(load, () => soFar() >= seconds / 2 || ledger.settled >= requests / 2)
  const hanging = await Promise.race([ended(load, ledger), servers.ended])
  const took = soFar()
  clearTimeout(end)
  clearInterval(progress)
  memory.stop()
  const heldAtRest = await rests.end()

  await Promise.race([Promise.all(seats.map((seat) => seat.close())), delay(HANGS_AFTER)])
  sockets.stop()
  const clientsLeft = await closed(openSockets)
  const { account, left } = await servers.finish()
  return {
    faultRate,
    seconds: took,
    requestOf: (index) => source.request(index),
    ledger,
    hanging,
    account,
    left,
    sockets: { clients: sockets.clients, servers: sockets.servers, clientsLeft },
    quarters: quartersOf(memory.samples),
    heldAtRest,
    troubles,
  }
}

/** Until the load has ended, or nothing but requests that hang is left of it: their indices. */
async function ended(load: Load, ledger: ClientLedger): Promise<number[]> {
  let isOver = false
  const run = load.run().then(() => {
    isOver = true
  })
  while (!isOver) {
    await Promise.race([run, delay(1000)])
    const hanging = ledger.olderThan(performance.now() - HANGS_AFTER)
    if (hanging.length > 0) {
      load.stop()
      return hanging.map(({ index }) => index)
    }
  }
  return []
}
