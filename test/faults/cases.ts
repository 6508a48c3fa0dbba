import { CLIENTS, type ClientUnderTest } from './clients.js'
import { FAULT_NAMES, type FaultName, needsTls } from './faults.js'
import { LEG_NAMES, type LegName } from './legs.js'
import { KINDS, type KindName } from './requests.js'
import { expected, leftOut, type Outcome } from './table/index.js'

export type Scheme = 'http' | 'https'

/** One case of the matrix. */
export interface Case {
  client: ClientUnderTest
  scheme: Scheme
  leg: LegName
  fault: FaultName
  kind: KindName
  /** On the first connection only, or on every one. */
  comes: 'first' | 'every'
  rule: string
  outcome: Outcome
}

export interface Cut {
  clients: readonly string[]
  kinds: readonly KindName[]
  /**
   * Whether what hardly differs is tried too: the same with every client (they take turns otherwise), the same over TLS,
   * one status as another, giving up whatever comes.
   */
  alike: boolean
}

export const EVERYTHING: Cut = {
  clients: CLIENTS.map(({ name }) => name),
  kinds: Object.keys(KINDS) as KindName[],
  alike: true,
}

/** One client of each transport in turn, the least and the most that can be lost. */
export const REPRESENTATIVE: Cut = {
  clients: ['undici request', 'http.request'],
  kinds: ['GET', 'POST stream', 'POST stream, aborted'],
  alike: false,
}

export interface Matrix {
  cases: readonly Case[]
  /** How many places have no case, by reason. */
  leftOut: ReadonlyMap<string, number>
}

/** @param only the cases of this client, of those in the cut. */
export function matrixOf(cut: Cut, only?: string): Matrix {
  const cases: Case[] = []
  const reasons = new Map<string, number>()
  for (const place of places(cut)) {
    const { client, scheme, leg, fault, kind } = place
    if (only !== undefined && client.name !== only) continue
    const reason = leftOut({ client, scheme, leg, fault, kind: KINDS[kind] }) ?? cutReason(cut, place)
    if (reason !== undefined) {
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
      continue
    }
    const { rule, first, every } = expected(client, leg, fault, KINDS[kind])
    cases.push({ ...place, comes: 'first', rule, outcome: first })
    if (every) cases.push({ ...place, comes: 'every', rule, outcome: every })
  }
  return { cases, leftOut: reasons }
}

type CasePlace = Pick<Case, 'client' | 'scheme' | 'leg' | 'fault' | 'kind'>

function* places({ clients, kinds, alike }: Cut): Iterable<CasePlace> {
  for (const [turn, name] of clients.entries()) {
    const client = CLIENTS.find((each) => each.name === name)!
    let place = turn
    for (const scheme of ['http', 'https'] as const) {
      for (const leg of LEG_NAMES) {
        for (const fault of FAULT_NAMES) {
          for (const kind of kinds) {
            const isInTurn = place++ % clients.length === 0
            if (alike || isInTurn) yield { client, scheme, leg, fault, kind }
          }
        }
      }
    }
  }
}

/** One of each stands for the others. */
const STANDS_FOR_OTHERS: readonly { others: RegExp; reason: string }[] = [
  { others: /^(?:431|500|503)$/, reason: 'As with 421.' },
  { others: /^102$/, reason: 'As with 103.' },
  { others: /^half a body, RST$/, reason: 'As with a FIN.' },
]

function cutReason({ alike }: Cut, { scheme, leg, fault, kind }: CasePlace): string | undefined {
  if (alike) return undefined
  if (scheme === 'https' && leg !== 'before TLS' && !needsTls(fault)) return 'As without TLS.'
  if (scheme === 'https' && kind !== 'POST stream') return 'As with a stream that is waited for.'
  if (KINDS[kind].user === 'aborts' && !/^(?:FIN|silence)$/.test(fault)) {
    return 'Aborted as with a FIN or a silence.'
  }
  return STANDS_FOR_OTHERS.find(({ others }) => others.test(fault))?.reason
}

/** In a line: what a report calls it. */
export function nameOf({ client, scheme, leg, fault, kind, comes }: Case): string {
  return `${client.name}, ${scheme}, ${kind}, ${leg}: ${fault}${comes === 'every' ? ' on every connection' : ''}`
}
