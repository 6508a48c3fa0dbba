import type { ClientUnderTest } from '../clients.js'
import type { FaultName } from '../faults.js'
import { LEGS, type LegName } from '../legs.js'
import type { RequestKind } from '../requests.js'
import { givenUp } from './given-up.js'
import { HANDSHAKE } from './handshake.js'
import { type Ability, type Cell, cellFor, either, fails, type Row } from './outcome.js'
import { REQUEST } from './request.js'
import { REUSED } from './reused.js'

export { leftOut, type Place } from './left-out.js'
export type { Outcome, Result } from './outcome.js'

export const TABLE: readonly Row[] = [...HANDSHAKE, ...REQUEST, ...REUSED]

export interface Expected extends Cell {
  rule: string
}

/** What the table says of a place, for this client. */
export function expected(
  client: ClientUnderTest,
  leg: LegName,
  fault: FaultName,
  kind: RequestKind,
): Expected {
  if (kind.user === 'aborts')
    return { rule: 'rules.md, Then as ever: aborted.', first: givenUp(leg, 'abort') }
  if (kind.user === 'times out')
    return { rule: 'rules.md, Then as ever: timed out.', first: givenUp(leg, 'timeout') }
  const ability = abilityOf(client, kind)
  const own = lookUp(leg, fault, ability)
  const end = client.transport === 'undici' ? takenForAnEnd(leg, fault, ability) : undefined
  if (end === undefined) return own
  const { first, every = first } = lookUp(end, 'FIN', ability)
  if (fault === '100') return { rule: own.rule, first, every: isProvenByLeg(leg, ability) ? REFUTED : every }
  return { rule: own.rule, first: either(first, own.first), every: either(every, own.first) }
}

/** The credential is proven where it was, by a leg that is none of undici's, and so the request goes: to its end. */
const REFUTED = fails('connection lost', [5, 3])

function isProvenByLeg(leg: LegName, ability: Ability): boolean {
  return LEGS[leg].reused && ability === 'carried HEAD'
}

/**
 * undici takes a 100 that it did not ask for as the end of the connection (client-h1.js, `bad response`), and may take
 * an alert for it too: with the alert comes an end, and either is seen first. The legs of a first handshake are none of
 * undici's.
 */
function takenForAnEnd(leg: LegName, fault: FaultName, ability: Ability): LegName | undefined {
  if (fault === 'client certificate wanted') return 'before NEGOTIATE'
  if (fault === 'TLS alert') return leg === 'before TLS' || leg === 'idle' ? undefined : leg
  if (leg === 'after NEGOTIATE' && ability !== 'carried GET') return undefined
  return fault === '100' ? leg : undefined
}

function lookUp(leg: LegName, fault: FaultName, ability: Ability): Expected {
  const rows = TABLE.filter(({ legs, faults }) => legs.includes(leg) && faults.includes(fault))
  if (rows.length !== 1) throw new Error(`The table has ${rows.length} rows for ${leg}, ${fault}.`)
  const [row] = rows
  return { rule: row.rule, ...cellFor(row, ability) }
}

function abilityOf({ transport, streams }: ClientUnderTest, { method, body }: RequestKind): Ability {
  if (method === 'POST') return body === 'stream' || streams ? 'once only' : 'replayable'
  return transport === 'undici' ? `carried ${method}` : method
}
