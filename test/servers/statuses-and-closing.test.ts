import { describe, expect, it } from 'vitest'
import { EACH_CLIENT, KINDS, ofEachKind, withEachKind } from './calls.js'
import type { Client } from './clients.js'
import { ASKS, type Close, type Decide, type Decision, OPEN, refuse } from './decisions.js'
import { faultsOf } from './judge.js'
import type { Call, Outcome, Visitor } from './visit.js'

const kinds = { ...KINDS, HEAD: { method: 'HEAD' }, OPTIONS: { method: 'OPTIONS' } }
const asks: Decide = () => ASKS

/** What comes of each kind of call, and what went wrong. */
function tryEach(client: Client, decide: Decide, use: (visitor: Visitor, call: Call) => Promise<Outcome[]>) {
  const visitAndJudge = async (visitor: Visitor, call: Call) => ({
    outcomes: await use(visitor, call),
    faults: faultsOf(visitor),
  })
  return withEachKind(client, { decide }, visitAndJudge, { kinds })
}

const flawless = (...outcomes: Outcome[]) => ofEachKind(() => ({ outcomes, faults: [] }), kinds)

/** Sites that end each connection with an error page. */
const ENDINGS: readonly [name: string, statuses: readonly number[], ending: (status: number) => Decide][] = [
  ['to whatever comes', [400, 403, 404, 503], (status) => () => refuse(status, 'said')],
  [
    'to what is authenticated',
    [403, 404, 503],
    (status) => () => ({ ...ASKS, status, close: 'said' }) as Decision,
  ],
  [
    'to an AUTHENTICATE, which is too long for it',
    [400],
    (status) =>
      ({ carried }) =>
        carried === 'AUTHENTICATE' ? refuse(status, 'said') : ASKS,
  ],
]

describe.each(ENDINGS)('a status behind which the connection ends, %s,', (_name, statuses, ending) => {
  it.each(EACH_CLIENT)('is the answer of %s, whatever the method', async (_client, client) => {
    const endedAndRecovered = (status: number) =>
      tryEach(client, ending(status), async (visitor, call) => {
        const outcomes = await visitor.inTurn([call, call])
        visitor.site.decide = asks
        return [...outcomes, ...(await visitor.inTurn([call]))]
      })
    const seen = await Promise.all(statuses.map(endedAndRecovered))
    expect(seen).toEqual(statuses.map((status) => flawless(status, status, 200)))
  })
})

describe('a status behind which an authenticated connection ends', () => {
  it.each(EACH_CLIENT)('is the answer of %s, whatever the method', async (_client, client) => {
    const seen = await tryEach(client, asks, async (visitor, call) => {
      const before = await visitor.inTurn([{}])
      visitor.site.decide = () => refuse(503, 'said')
      const stopped = await visitor.inTurn([call])
      visitor.site.decide = asks
      return [...before, ...stopped, ...(await visitor.inTurn([call]))]
    })
    expect(seen).toEqual(flawless(200, 503, 200))
  })
})

/** What closes after each of its answers, and says so or not. */
const CLOSING: readonly Close[] = ['said', 'silently']

describe.each(CLOSING)('a connection that ends behind each answer, which is %s,', (close) => {
  /** The second call meets no connection that is about to end: only what its own legs leave may be. */
  const twice = async ({ site, inTurn }: Visitor, call: Call) => {
    const outcomes = await inTurn([call])
    await site.settled()
    return [...outcomes, ...(await inTurn([call]))]
  }

  it.each(EACH_CLIENT)('costs %s no body on a site that lets pass', async (_client, client) => {
    const decide: Decide = () => ({ ...OPEN, close }) as Decision
    expect(await tryEach(client, decide, twice)).toEqual(flawless(200, 200))
  })

  it.each(EACH_CLIENT)('costs %s no body on an open page of a site that asks', async (_client, client) => {
    const decide: Decide = ({ path }) => (path === '/page' ? ({ ...OPEN, close } as Decision) : ASKS)
    const seen = await tryEach(client, decide, async (visitor, call) => [
      ...(await visitor.inTurn([{ path: '/' }])),
      ...(await twice(visitor, call)),
    ])
    expect(seen).toEqual(flawless(200, 200, 200))
  })

  it.each(EACH_CLIENT)('costs %s a handshake each time on a page that asks', async (_client, client) => {
    const decide: Decide = () => ({ ...ASKS, close }) as Decision
    const handshakes: number[] = []
    const seen = await tryEach(client, decide, async (visitor, call) => {
      const outcomes = await twice(visitor, call)
      handshakes.push(visitor.site.requests.filter(({ accepted }) => accepted).length)
      return outcomes
    })
    expect(seen).toEqual(flawless(200, 200))
    expect(handshakes).toEqual(Object.keys(kinds).map(() => 2))
  })
})
