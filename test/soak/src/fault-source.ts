import type { Fault, Leg, Moment } from '../../fault-server/dist/index.js'
import { Draw, Purpose } from './draw.js'
import { KINDS, type KindOfFault } from './kinds-of-fault.js'
import type { ServerName } from './session-plans.js'

const LEGS = Object.keys(KINDS) as readonly Leg[]

/** What happens to an idle connection comes right behind the answer, or milliseconds late: into a next request, or not. */
const SHARE_AT_ONCE = 0.5
const LATEST_IDLE = 60

/** Draws the faults of one server, and counts them. */
export class FaultSource {
  readonly injected = new Map<string, number>()
  readonly #seed: number
  readonly #rate: number
  readonly #kinds: Readonly<Record<Leg, readonly KindOfFault[]>>
  readonly #server: number
  /** How often faults were drawn for each request: a request that comes again meets others. */
  readonly #draws: Uint8Array

  constructor(seed: number, rate: number, name: ServerName, server: number, draws: Uint8Array) {
    this.#seed = seed
    this.#rate = rate
    this.#server = server
    this.#draws = draws
    const entries = LEGS.map((leg) => [leg, KINDS[leg].filter((kind) => isPossible(kind, leg, name))])
    this.#kinds = Object.fromEntries(entries) as Record<Leg, readonly KindOfFault[]>
  }

  fault(moment: Moment): Fault | undefined | Promise<Fault | undefined> {
    const { leg } = moment
    const draw = this.#drawFor(moment)
    // One throw for all kinds: each has a share of it that is as wide as its rate.
    const thrown = draw.next() / this.#rate
    const kind = this.#kinds[leg][Math.floor(thrown)]
    if (kind === undefined) return undefined
    const fault = draw.one(kind.variants)
    if (!makesSense(fault, moment)) return undefined
    this.#count(kind.name)
    // One that is forgotten late would take its user from a request that was admitted before.
    if (leg !== 'idle' || fault.kind === 'forget' || draw.happens(SHARE_AT_ONCE)) return fault
    return new Promise((resolve) => setTimeout(resolve, draw.between(1, LATEST_IDLE), fault))
  }

  #drawFor({ leg, caseId, connection }: Moment): Draw {
    const legNumber = LEGS.indexOf(leg)
    if (caseId === undefined) return new Draw(this.#seed, Purpose.fault, legNumber, this.#server, connection)
    const request = Number(caseId)
    const times = this.#draws[request]
    this.#draws[request] = times + 1
    return new Draw(this.#seed, Purpose.fault, legNumber, request, times)
  }

  #count(name: string): void {
    this.injected.set(name, (this.injected.get(name) ?? 0) + 1)
  }
}

function isPossible({ needs }: KindOfFault, leg: Leg, server: ServerName): boolean {
  if (leg === 'accept' && server === 'plain') return false
  if (needs === 'TLS') return server !== 'plain'
  return needs === undefined || server === needs
}

/** The answer to a HEAD has no body that could break off, or be of a wrong length. */
function makesSense({ kind }: Fault, { request }: Moment): boolean {
  return request?.method !== 'HEAD' || !(kind === 'half-body' || kind === 'content-length')
}
