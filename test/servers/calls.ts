import { expect } from 'vitest'
import { CLIENTS, type Client } from './clients.js'
import { faultsOf, tokensFrom } from './judge.js'
import type { SiteOptions } from './site.js'
import { at, type Call, type Outcome, type Visiting, type Visitor } from './visit.js'

/** One call of each kind: what a client may do with them differs. */
export const KINDS = {
  GET: {},
  DELETE: { method: 'DELETE' },
  'POST without a body': { method: 'POST' },
  'PUT from a buffer': { method: 'PUT', body: 'buffer' },
  'POST from a buffer': { method: 'POST', body: 'buffer' },
  'POST of a stream': { method: 'POST', body: 'stream' },
} as const satisfies Record<string, Call>

export type Kinds = Readonly<Record<string, Call>>

/** Whether its body can leave this client once only. */
export function goesOnce({ body }: Call, { onlyStreams }: Client): boolean {
  return body === 'stream' || (body === 'buffer' && onlyStreams)
}

/**
 * What may become of a body that went once and was refused, where the rules of the wire (4 of the first leg) know nothing
 * better: the 401, or its reason.
 */
export const REFUSED_ONCE: Outcome = expect.toBeOneOf([200, 401, 'ERR_NTLM_BODY_NOT_REPLAYABLE'])

export interface Report {
  outcomes: Outcome[]
  faults: string[]
  /** Requests with a token that the last call brought about. */
  late: string[]
}

/** The same call three times, in turn: what the first has learned holds for the others. */
export async function repeatedly(visitor: Visitor, call: Call): Promise<Report> {
  const first = await visitor.inTurn([call, call])
  const before = visitor.site.requests.length
  const last = await visitor.inTurn([call])
  return { outcomes: [...first, ...last], faults: faultsOf(visitor), late: tokensFrom(visitor, before) }
}

export function flawless(...outcomes: Outcome[]): Report {
  return { outcomes, faults: [], late: [] }
}

/** Lets a client do something with each kind of call, each at a site of its own, all at once. */
export async function withEachKind<T>(
  client: Client,
  options: SiteOptions,
  use: (visitor: Visitor, call: Call) => Promise<T>,
  { kinds = KINDS, ...visiting }: Visiting & { kinds?: Kinds } = {},
): Promise<Record<string, T>> {
  const reports = Object.entries(kinds).map(
    async ([kind, call]) =>
      [kind, await at(options, client, (visitor) => use(visitor, call), visiting)] as const,
  )
  return Object.fromEntries(await Promise.all(reports))
}

/** What is expected of each kind of call. */
export function ofEachKind<T>(expected: (call: Call) => T, kinds: Kinds = KINDS): Record<string, T> {
  return Object.fromEntries(Object.entries(kinds).map(([kind, call]) => [kind, expected(call)]))
}

export const EACH_CLIENT = CLIENTS.map((client) => [client.name, client] as const)
