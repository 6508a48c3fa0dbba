import { setTimeout as delay } from 'node:timers/promises'
import type { Fault, Leg, Moment } from '#fault-server'
import { count } from '#load/counts'
import { Draw } from '#load/draw'
import { type HiddenAnswers, hidesAnswer } from './hidden-answers.js'
import { KINDS, type KindOfFault } from './kinds-of-fault.js'
import { Purpose } from './purposes.js'
import { SERVERS, type ServerName } from './session-plans.js'

const LEGS = Object.keys(KINDS) as readonly Leg[]

/**
 * The moments a request comes by: most one or two of an answer and one behind it, few all those of a handshake. A kind that
 * can happen at each of them meets that many requests in a hundred.
 */
const MOMENTS_A_REQUEST = 4

/** What happens to an idle connection comes right behind the answer, or milliseconds late: into a next request, or not. */
const SHARE_AT_ONCE = 0.5
const LATEST_IDLE = 60

export interface FaultSourceOptions {
  seed: number
  /** Of each kind, for a request. */
  rate: number
  /** Into the names of the servers. */
  server: number
  /** How often faults were drawn for each request, at any server: one that comes again meets others. */
  draws: Uint8Array
  hidden: HiddenAnswers
}

/** Draws the faults of one server, and counts them. */
export class FaultSource {
  readonly injected = new Map<string, number>()
  readonly #options: FaultSourceOptions
  readonly #kinds: Readonly<Record<Leg, readonly KindOfFault[]>>

  constructor(options: FaultSourceOptions) {
    this.#options = options
    const name = SERVERS[options.server]
    const entries = LEGS.map((leg) => [leg, KINDS[leg].filter((kind) => isPossible(kind, leg, name))])
    this.#kinds = Object.fromEntries(entries) as Record<Leg, readonly KindOfFault[]>
  }

  fault(moment: Moment): Fault | undefined | Promise<Fault | undefined> {
    const { leg, caseId, connection } = moment
    const { rate, hidden, server } = this.#options
    const share = rate / MOMENTS_A_REQUEST
    const draw = this.#drawFor(moment)
    // One throw for all kinds: each has a share of it that is as wide as its rate.
    const kind = this.#kinds[leg][Math.floor(draw.next() / share)]
    if (kind === undefined) return undefined
    const fault = draw.one(kind.variants)
    if (!makesSense(fault, moment)) return undefined
    count(this.injected, kind.name)
    hidden.becomesFaulty(server, connection)
    const hides = hidesAnswer(fault, leg)
    if (hides && caseId !== undefined) hidden.add(Number(caseId))
    // What is forgotten late would be the user of a request that was admitted before.
    if (leg !== 'idle' || fault.kind === 'forget' || draw.happens(SHARE_AT_ONCE)) return fault
    return this.#late(fault, hides, connection, draw.between(1, LATEST_IDLE))
  }

  async #late(fault: Fault, hides: boolean, connection: number, milliseconds: number): Promise<Fault> {
    const { hidden, server } = this.#options
    if (hides) hidden.breaksSoon(server, connection)
    await delay(milliseconds)
    hidden.hasBroken(server, connection)
    return fault
  }

  #drawFor({ leg, caseId, connection }: Moment): Draw {
    const { seed, server, draws } = this.#options
    const legNumber = LEGS.indexOf(leg)
    if (caseId === undefined) return new Draw(seed, Purpose.fault, legNumber, server, connection)
    const request = Number(caseId)
    const times = draws[request]++
    return new Draw(seed, Purpose.fault, legNumber, request, times)
  }
}

function isPossible({ needs }: KindOfFault, leg: Leg, server: ServerName): boolean {
  if (leg === 'accept' && server === 'plain') return false
  if (needs === 'TLS') return server !== 'plain'
  return needs === undefined || server === needs
}

/**
 * The answer to a HEAD has no body that could break off, or be of a wrong length. And what is forgotten behind a CHALLENGE
 * would make a violation of the AUTHENTICATE that is on its way.
 */
function makesSense({ kind }: Fault, { request, user }: Moment): boolean {
  if (kind === 'forget') return user !== undefined
  return request?.method !== 'HEAD' || !(kind === 'half-body' || kind === 'content-length')
}
