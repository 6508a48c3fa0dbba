import type { IncomingHttpHeaders } from 'node:http'
import { type CallOptions, type Identity, type Pool, streamOf } from '../clients/index.js'
import { ALICE } from '../wire.js'
import type { Client } from './clients.js'
import { Site, type SiteOptions } from './site.js'

/** A request as the tests write it. */
export interface Call extends Omit<CallOptions, 'body'> {
  path?: string
  body?: BodyKind
  /** The pages that its redirects lead to. */
  leadsTo?: readonly string[]
}

/** From memory, or one that is read as it is sent and can be read once. */
export type BodyKind = 'buffer' | 'stream'

/** The stream is longer than what any client would put into memory by the way. */
export const BODIES: Readonly<Record<BodyKind, Buffer>> = {
  buffer: Buffer.alloc(2000, 'from a buffer '),
  stream: Buffer.alloc(100_000, 'from a stream '),
}

/** A status, or the code of the error. */
export type Outcome = number | string

export interface Visited {
  outcome: Outcome
  headers: IncomingHttpHeaders
}

/** One client at one site. */
export interface Visitor {
  readonly site: Site
  readonly client: Client
  /** What was asked so far, and what became of it. */
  readonly visits: readonly { call: Call; outcome: Outcome }[]
  visit(call: Call): Promise<Visited>
  /** The outcomes, one call after the other. */
  inTurn(calls: readonly Call[]): Promise<Outcome[]>
  atOnce(calls: readonly Call[]): Promise<Outcome[]>
}

export interface Visiting {
  identity?: Partial<Identity>
  pool?: Pool
}

/** Starts a site, and lets one client that knows Alice use it: both end with it. */
export async function at<T>(
  options: SiteOptions,
  client: Client,
  use: (visitor: Visitor) => Promise<T>,
  { identity, pool }: Visiting = {},
): Promise<T> {
  const site = await Site.start(options)
  const session = client.open({ ...ALICE, origins: site.origin, ...identity } as Identity, pool)
  const once = async ({ path = '/page', leadsTo: _, ...call }: Call): Promise<Visited> => {
    try {
      const { status, headers } = await session.call(site.origin + path, optionsOf(call))
      return { outcome: status, headers }
    } catch (error) {
      return { outcome: codeOf(error), headers: {} }
    }
  }
  const visits: { call: Call; outcome: Outcome }[] = []
  const visit = async (call: Call) => {
    const visited = await (call.follow && !client.follows ? followByHand(once, call) : once(call))
    visits.push({ call, outcome: visited.outcome })
    return visited
  }
  const outcome = async (call: Call) => (await visit(call)).outcome
  const atOnce = (calls: readonly Call[]) => Promise.all(calls.map(outcome))
  const inTurn = async (calls: readonly Call[]) => {
    const outcomes: Outcome[] = []
    for (const call of calls) outcomes.push(await outcome(call))
    return outcomes
  }
  try {
    return await use({ site, client, visits, visit, inTurn, atOnce })
  } finally {
    // The site first: no client waits then for an answer that never comes.
    await site.close()
    await session.close().catch(() => {})
  }
}

/** The cookies of an answer, one by one: some clients make one of one. */
export function cookiesOf({ headers }: Visited): string[] {
  return [headers['set-cookie'] ?? []].flat()
}

function optionsOf({ body, headers, ...call }: Call): CallOptions {
  if (body === undefined) return { ...call, headers: { ...headers } }
  const bytes = BODIES[body]
  return {
    ...call,
    headers: { ...headers, 'x-body': body },
    body: body === 'stream' ? streamOf(bytes, 20_000) : bytes,
  }
}

/** For the clients that leave redirects to their caller. */
async function followByHand(visit: (call: Call) => Promise<Visited>, call: Call): Promise<Visited> {
  const answered = await visit({ ...call, follow: undefined })
  const { outcome, headers } = answered
  if ((outcome !== 302 && outcome !== 303) || headers.location === undefined) return answered
  return followByHand(visit, { path: headers.location })
}

interface Coded {
  code?: unknown
  name?: unknown
  cause?: unknown
}

/** Ours, if it is among the causes, or else the outermost. */
function codeOf(error: unknown): string {
  const codes = [...causes(error as Coded)].map(({ code }) => code).filter((code) => code !== undefined)
  const ours = codes.find((code) => String(code).startsWith('ERR_NTLM_'))
  return String(ours ?? codes[0] ?? (error as Coded).name)
}

function* causes(error: Coded): Iterable<Coded> {
  yield error
  if (error.cause instanceof Error) yield* causes(error.cause as Coded)
}
