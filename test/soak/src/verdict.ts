import { described } from './client-ledger.js'
import type { Evidence } from './evidence.js'
import { NAMES_OF_FAULTS } from './kinds-of-fault.js'
import { isImpatience } from './outcome.js'
import { repetitionsOf } from './repetitions.js'

/** One rule, and whether the run kept it. */
export interface Verdict {
  rule: string
  holds: boolean
  /** What it was judged by; of a rule that was broken, examples. */
  detail: string
}

const MEGABYTE = 2 ** 20
/**
 * What the clients may hold more at the end than when half of the run was over, both at rest. Code is compiled and its
 * feedback collected for some 10,000 requests, which on a slow machine are all of two minutes: that alone is 4 MB. A leak
 * of one small object a request would be 25 MB in the half of a million.
 */
const MOST_GROWTH = { share: 0.1, bytes: 8 * MEGABYTE }
/** Sockets that are closed, and not yet seen to be. */
const SOCKETS_CLOSING = { clients: 16, servers: 64 }
/** Of each client's requests: fewer would say that something else than the faults ended them. */
const LEAST_ANSWERED = 0.5
/** Requests times the rate of one kind: the rarest ones are those of TLS 1.2, and of connections that are opened. */
const FAULTS_FOR_ALL = 2000
const MOST_EXAMPLES = 5

export function verdictsOn(evidence: Evidence): Verdict[] {
  return [
    ...identity(evidence),
    ...repetitions(evidence),
    wholeness(evidence),
    settled(evidence),
    expected(evidence),
    memory(evidence),
    sockets(evidence),
    nothingLeft(evidence),
    quiet(evidence),
    clientsServed(evidence),
    everyFault(evidence),
  ]
}

/** On a run in several parts: a rule holds where it holds for each of them. */
export function mergedVerdicts(parts: readonly (readonly Verdict[])[]): Verdict[] {
  const [first = []] = parts
  return first.map(({ rule }, number) => {
    const ofParts = parts.map((verdicts) => verdicts[number])
    return {
      rule,
      holds: ofParts.every(({ holds }) => holds),
      detail: ofParts.map(({ detail }) => detail).join('; '),
    }
  })
}

function identity({ ledger, account }: Evidence): Verdict[] {
  const { wrongs } = account
  const ofServer = wrongs['another identity'] + wrongs['a violation of the protocol']
  return [
    verdict('No request ran as another user', ofServer === 0, `${ofServer} did`, account.examples),
    verdict(
      'No answer went to another request',
      ledger.wrongAnswers.count === 0,
      `${ledger.wrongAnswers.count} of ${ledger.answered} did`,
      ledger.wrongAnswers.examples,
    ),
  ]
}

function repetitions(evidence: Evidence): Verdict[] {
  const { lost, doubled, times } = repetitionsOf(evidence)
  const name = (index: number) => described(evidence.requestOf(index))
  const more = times.map((count, acts) => `${count} x ${acts}`).filter(Boolean)
  return [
    verdict('Nothing answered was lost', lost.length === 0, `${lost.length} were`, examples(lost, name)),
    verdict(
      'Nothing was acted on twice that may not be',
      doubled.length === 0,
      `${doubled.length} were; acts: ${more.join(', ')}`,
      examples(doubled, name),
    ),
  ]
}

function wholeness({ account: { wrongs, examples: seen } }: Evidence): Verdict {
  const { 'a cut body': cut, 'another body': other, 'another method': method } = wrongs
  const wrong = cut + other + method + wrongs['a request nobody made']
  const detail = `${cut} were cut, ${other} had another body, ${wrong - cut - other} were no such requests`
  return verdict('The application got every request as it was made', wrong === 0, detail, seen)
}

function settled({ ledger, hanging, requestOf }: Evidence): Verdict {
  const open = Math.max(ledger.asked - ledger.settled, hanging.length)
  const names = examples(hanging, (index) => described(requestOf(index)))
  return verdict('Every request ended', open === 0, `${open} of ${ledger.asked} did not`, names)
}

function expected({ ledger }: Evidence): Verdict {
  const { unexpected, settled, answered } = ledger
  const detail = `${unexpected.count} of ${settled - answered} did not`
  return verdict(
    'Every failure was one that the faults lead to',
    unexpected.count === 0 && settled > 0,
    detail,
    unexpected.examples,
  )
}

function memory({ heldAtRest }: Evidence): Verdict {
  const rule = 'Memory is flat'
  if (heldAtRest === undefined) return verdict(rule, false, 'the run was too short to tell', [])
  const { half, end } = heldAtRest
  const bound = Math.max(half * MOST_GROWTH.share, MOST_GROWTH.bytes)
  const growth = end - half
  return verdict(rule, growth <= bound, `${megabytes(growth)} MB more, of ${megabytes(bound)} at most`, [])
}

function sockets({ sockets: { clients, servers } }: Evidence): Verdict {
  const holds = clients.mostAbove <= SOCKETS_CLOSING.clients && servers.mostAbove <= SOCKETS_CLOSING.servers
  const detail = `${clients.most} and ${servers.most} at most, ${clients.mostAbove} and ${servers.mostAbove} above the pools`
  return verdict('Sockets stay within the pools', holds, detail, [])
}

function nothingLeft({ sockets: { clientsLeft }, left }: Evidence): Verdict {
  const holds = clientsLeft === 0 && left.openSockets === 0
  return verdict('No socket is left', holds, `${clientsLeft} and ${left.openSockets} are`, [])
}

function quiet({ troubles, left }: Evidence): Verdict {
  const all = [...troubles, ...left.troubles]
  return verdict(
    'No unhandled rejection, no uncaught exception, no warning',
    all.length === 0,
    `${all.length}`,
    all,
  )
}

function clientsServed({ ledger }: Evidence): Verdict {
  const shares = [...ledger.endings.values()].map((endings) => {
    const waitedFor = [...endings].filter(([ending]) => !isImpatience(ending))
    const all = waitedFor.reduce((sum, [, count]) => sum + count, 0)
    return all === 0 ? 0 : (endings.get('200') ?? 0) / all
  })
  const least = shares.length === 0 ? 0 : Math.min(...shares)
  const detail = `${(least * 100).toFixed(1)} % of one client's, those that were given up not counted`
  return verdict('Most requests of every client were answered with 200', least >= LEAST_ANSWERED, detail, [])
}

function everyFault({ faultRate, ledger: { settled }, left: { injected } }: Evidence): Verdict {
  const rule = 'Every kind of fault happened'
  if (settled * faultRate < FAULTS_FOR_ALL) return verdict(rule, true, 'the run was too short to tell', [])
  const missing = NAMES_OF_FAULTS.filter((name) => injected[name] === undefined)
  return verdict(
    rule,
    missing.length === 0,
    `${missing.length} of ${NAMES_OF_FAULTS.length} did not`,
    missing,
  )
}

function verdict(rule: string, holds: boolean, detail: string, broken: readonly string[]): Verdict {
  return { rule, holds, detail: holds ? detail : [detail, ...broken].join('\n    ') }
}

function examples(indices: readonly number[], name: (index: number) => string): string[] {
  return indices.slice(0, MOST_EXAMPLES).map(name)
}

export function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(1)
}
