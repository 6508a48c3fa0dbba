import fc from 'fast-check'
import { vi } from 'vitest'
import {
  type FirstLegOptions,
  type NtlmOptions,
  resolveOptions,
  Session,
} from '../../packages/transport/src/index.js'
import { type ClientRequest, Exchange, Pool } from './client.js'
import { type Page, Site, type SiteTraits, type Treatment } from './site.js'

const SECRETS = { right: Buffer.alloc(16, 1), wrong: Buffer.alloc(16, 2), next: Buffer.alloc(16, 3) }
export type Secret = keyof typeof SECRETS
export const HANDSHAKE_TIMEOUT = 10_000

/** Requests that go at once, behind a pause. */
export interface Batch {
  /** Milliseconds. */
  readonly pause: number
  /** What the client knows from here on, and what the server wants. */
  readonly secret: Secret
  readonly wanted: Secret
  readonly requests: readonly ClientRequest[]
}

export interface Conversation {
  readonly sites: readonly SiteTraits[]
  readonly client: 'carries tokens' | 'sends legs'
  readonly connections: number
  readonly firstLeg: FirstLegOptions
  readonly batches: readonly Batch[]
  /** The servers become calm in the end, and are asked the same again and again. */
  readonly aftermath: boolean
}

/** What came of a conversation. */
export interface Played {
  readonly conversation: Conversation
  readonly sites: readonly Site[]
  readonly exchanges: readonly Exchange[]
  /** What each request cost on the wire when all was calm, by site; empty where nobody looked. */
  readonly calmCosts: readonly number[][]
  /** Whether timers were left that never ended. */
  readonly endless: boolean
}

/** More events than any conversation has. */
const MAX_EVENTS = 20_000
/** Requests of the aftermath: enough for a server that authenticates every request to be tried without. */
const CALM_REQUESTS = 60

export function play(conversation: Conversation): Played {
  let secret: Secret = 'right'
  let epoch = 0
  const options: NtlmOptions = {
    username: 'LAB\\alice',
    ntHash: () => SECRETS[secret],
    origins: '*',
    handshakeTimeout: HANDSHAKE_TIMEOUT,
    firstLeg: conversation.firstLeg,
  }
  const session = new Session(resolveOptions(options))
  const sites = conversation.sites.map((traits, i) => new Site(`http://site${i}`, traits, SECRETS.right))
  const pools = sites.map((site) => new Pool(session.at(site.origin), site, conversation.connections))
  const exchanges: Exchange[] = []
  const canCarry = conversation.client === 'carries tokens'
  const ask = (request: ClientRequest, knows: boolean) => {
    const exchange = new Exchange(request, pools[request.site % pools.length], canCarry, knows)
    exchanges.push(exchange)
    exchange.start()
    return exchange
  }
  let endless = false
  for (const batch of conversation.batches) {
    if (batch.secret !== secret) epoch++
    secret = batch.secret
    for (const site of sites) {
      site.secret = SECRETS[batch.wanted]
      site.epoch = epoch
    }
    vi.advanceTimersByTime(batch.pause)
    for (const request of batch.requests) ask(request, batch.secret === batch.wanted)
    endless ||= !runOut()
  }
  const calmCosts = conversation.aftermath ? sites.map((site, i) => calm(site, i)) : []
  return { conversation, sites, exchanges, calmCosts, endless }

  function calm(site: Site, index: number): number[] {
    const path = Object.keys(site.traits.pages).find((name) => site.traits.pages[name].safe === 'asks')
    site.calm = true
    site.secret = SECRETS[secret]
    vi.advanceTimersByTime(16 * 60_000)
    if (path === undefined) return []
    const request: ClientRequest = {
      ...{ site: index, method: 'GET', path, body: 'none', bare: false, abortsAfter: 0 },
    }
    return Array.from({ length: CALM_REQUESTS }, () => {
      const before = site.wire.length
      ask(request, true)
      endless ||= !runOut()
      return site.wire.length - before
    })
  }
}

function runOut(): boolean {
  for (let events = 0; events < MAX_EVENTS; events++) {
    if (vi.getTimerCount() === 0) return true
    vi.advanceTimersToNextTimer()
  }
  vi.clearAllTimers()
  return false
}

const treatments: fc.Arbitrary<Treatment> = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Treatment>('asks') },
  { weight: 4, arbitrary: fc.constant<Treatment>('open') },
  {
    weight: 5,
    arbitrary: fc.constantFrom<Treatment>(
      ...(['redirects', 400, 403, 404, 405, 500, 503] as const),
      ...(['looks at the type first', 'forbids', 'has no right'] as const),
    ),
  },
)

const page: fc.Arbitrary<Page> = fc.oneof(
  { weight: 3, arbitrary: treatments.map((all) => ({ safe: all, options: all, acting: all, slow: 0 })) },
  {
    weight: 2,
    arbitrary: fc.record({
      safe: treatments,
      options: treatments,
      acting: treatments,
      slow: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.constantFrom(1000, 4000)),
    }),
  },
)

function mostly<T>(usual: T, ...others: T[]): fc.Arbitrary<T> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(usual) }, fc.constantFrom(...others))
}

const site: fc.Arbitrary<SiteTraits> = fc.record({
  pages: fc.record({ '/': page, '/a': page, '/b': page }),
  head: mostly<SiteTraits['head']>(
    'as GET',
    ...([405, 404, 501, 503, 'dropped', 'silent', 'body behind', 'basic only'] as const),
  ),
  closing: mostly<SiteTraits['closing']>('never', 'announced', 'unannounced', 'unnoticed'),
  closesAfter: fc.constantFrom(1, 1, 2, 3, 5),
  authenticates: mostly<SiteTraits['authenticates']>('connections', 'requests', 'requests, and says so'),
  forgetsAt: mostly(0, 1, 2, 3),
  bare: mostly<SiteTraits['bare']>('never', 'once', 'first on each connection'),
  busy: mostly(0, 1, 2, 5),
  saysNoBy: mostly<SiteTraits['saysNoBy']>('401', 'close'),
  dislikesTokens: mostly(false, true),
  offersInTurns: mostly(false, false, false, true),
  dropsAt: mostly(0, 0, 1, 2, 3, 4, 7),
})

const request: fc.Arbitrary<ClientRequest> = fc.record({
  site: fc.nat(3),
  method: fc.constantFrom('GET', 'GET', 'HEAD', 'OPTIONS', 'POST', 'POST', 'PUT', 'DELETE'),
  path: fc.constantFrom('/', '/a', '/b'),
  body: fc.constantFrom<ClientRequest['body']>('none', 'again', 'once'),
  bare: mostly(false, true),
  abortsAfter: mostly(0, 0, 0, 8, 18, 500),
})

/** A method that has no body in this client has none. */
const wellFormed = request.map((asked): ClientRequest => {
  const mayHaveBody = asked.method === 'POST' || asked.method === 'PUT'
  return mayHaveBody ? asked : { ...asked, body: 'none' }
})

const batch: fc.Arbitrary<Batch> = fc.record({
  pause: mostly(0, 1000, 6000, 70_000, 11 * 60_000),
  secret: mostly<Secret>('right', 'wrong', 'next'),
  wanted: mostly<Secret>('right', 'next'),
  requests: fc.oneof(
    { weight: 3, arbitrary: fc.array(wellFormed, { minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.array(wellFormed, { minLength: 2, maxLength: 8 }) },
  ),
})

export const conversations: fc.Arbitrary<Conversation> = fc.record({
  sites: fc.oneof(
    { weight: 4, arbitrary: fc.array(site, { minLength: 1, maxLength: 1 }) },
    fc.array(site, { minLength: 2, maxLength: 4 }),
  ),
  client: fc.constantFrom<Conversation['client']>('carries tokens', 'sends legs'),
  connections: fc.constantFrom(1, 2, 100),
  firstLeg: mostly<FirstLegOptions>({}, {}, { head: false }, { path: '/a' }),
  batches: fc.array(batch, { minLength: 1, maxLength: 8 }),
  aftermath: mostly(false, false, false, true),
})
