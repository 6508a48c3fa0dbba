import type { SeenRequest } from './decisions.js'
import { isSafe } from './site.js'
import { BODIES, type BodyKind, type Call, type Outcome, type Visitor } from './visit.js'

/**
 * What went wrong at a site, in words; nothing, when every call that was served was acted on once with its body,
 * nothing else was acted on, and each connection was authenticated once.
 */
export function faultsOf({ site, visits }: Visitor): string[] {
  const { requests } = site
  const violations = requests.flatMap(({ violation }) => violation ?? [])
  return [...wrongActs(requests, visits), ...handshakesTooMany(requests), ...violations]
}

/** For whoever reads a failure, and to compare with: `1 HEAD /page negotiate 401`. */
export function inShort({ connection, method, path, carried, status }: SeenRequest): string {
  return `${connection} ${method} ${path} ${carried} ${status ?? '-'}`
}

/** Tokens that the site was sent from this request on. */
export function tokensFrom({ site }: Visitor, index: number): string[] {
  return site.requests
    .slice(index)
    .filter(({ carried }) => carried !== 'none')
    .map(inShort)
}

function* wrongActs(requests: readonly SeenRequest[], visits: Visitor['visits']): Iterable<string> {
  // A HEAD is harmless, whoever answers it.
  const acts = requests.filter(({ acted, method }) => acted && method !== 'HEAD')
  const wanted = tally(
    visits.filter(({ outcome }) => isServed(outcome)).flatMap(({ call }) => wordsFor(call)),
  )
  for (const [words, seen] of tally(acts.map(wordsOf))) {
    const act = acts.find((each) => wordsOf(each) === words)!
    const calls = wanted.get(words) ?? 0
    wanted.delete(words)
    // A leg with a safe method may be one that an open page answers, or authenticate the connection (rules of the wire).
    const mayExceed = isSafe(act.method) && act.body.length === 0 && (!act.asked || calls === 0)
    if (seen === calls || (mayExceed && seen > calls)) continue
    yield `${words}: ${seen} acts for ${calls} calls`
  }
  for (const [words, calls] of wanted) yield `${words}: no act for ${calls} calls`
}

function* handshakesTooMany(requests: readonly SeenRequest[]): Iterable<string> {
  const accepted = tally(requests.filter(({ accepted }) => accepted).map(({ connection }) => connection))
  for (const [connection, count] of accepted) {
    if (count > 1) yield `connection ${connection}: ${count} handshakes`
  }
}

function isServed(outcome: Outcome): boolean {
  return typeof outcome === 'number' && outcome < 400
}

function wordsFor({ method = 'GET', path = '/page', body, leadsTo = [] }: Call): string[] {
  if (method === 'HEAD') return []
  return [`${method} ${path} ${body ?? 'none'}`, ...leadsTo.map((page) => `GET ${page} none`)]
}

function wordsOf({ method, path, body }: SeenRequest): string {
  return `${method} ${path} ${kindOf(body)}`
}

function kindOf(body: Buffer): string {
  if (body.length === 0) return 'none'
  const kinds = Object.keys(BODIES) as BodyKind[]
  return kinds.find((kind) => BODIES[kind].equals(body)) ?? `${body.length} other bytes`
}

function tally<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return counts
}
