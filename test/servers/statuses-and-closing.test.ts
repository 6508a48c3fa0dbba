import { describe, expect, it } from 'vitest'
import { EACH_CLIENT, ofEachKind, withEachKind } from './calls.js'
import { ASKS, type Close, type Decide, type Decision, OPEN, refuse } from './decisions.js'
import { faultsOf } from './judge.js'

const asks: Decide = () => ASKS
const STATUSES = [400, 403, 404, 503]

const served = (outcomes: unknown[]) => ofEachKind(() => ({ outcomes, faults: [] }))

/** Sites that end each connection with an error page. */
const ENDINGS: readonly [name: string, ending: (status: number) => Decide][] = [
  ['to whatever comes', (status) => () => refuse(status, 'said')],
  ['to what is authenticated', (status) => () => ({ ...ASKS, status, close: 'said' }) as Decision],
  [
    'to an AUTHENTICATE, which is too long for it',
    (status) =>
      ({ carried }) =>
        carried === 'authenticate' ? refuse(status, 'said') : ASKS,
  ],
]

describe.each(ENDINGS)('a status behind which the connection ends, %s,', (_name, ending) => {
  it.each(EACH_CLIENT)('is the answer of %s, whatever the method', async (_client, client) => {
    const reports = STATUSES.map((status) =>
      withEachKind(client, { decide: ending(status) }, async (visitor, call) => {
        const outcomes = await visitor.inTurn([call, call])
        visitor.site.decide = asks
        outcomes.push(...(await visitor.inTurn([call])))
        return { outcomes, faults: faultsOf(visitor) }
      }),
    )
    const expected = STATUSES.map((status) => served([status, status, 200]))
    expect(await Promise.all(reports)).toEqual(expected)
  })
})

describe('a status behind which an authenticated connection ends', () => {
  it.each(EACH_CLIENT)('is the answer of %s, whatever the method', async (_client, client) => {
    const seen = await withEachKind(client, { decide: asks }, async (visitor, call) => {
      const outcomes = await visitor.inTurn([{}])
      visitor.site.decide = () => refuse(503, 'said')
      outcomes.push(...(await visitor.inTurn([call])))
      visitor.site.decide = asks
      outcomes.push(...(await visitor.inTurn([call])))
      return { outcomes, faults: faultsOf(visitor) }
    })
    expect(seen).toEqual(served([200, 503, 200]))
  })
})

/** What closes after each of its answers, and says so or not. */
const CLOSING: readonly Close[] = ['said', 'silently']

describe.each(CLOSING)('a connection that ends behind each answer, which is %s,', (close) => {
  it.each(EACH_CLIENT)('costs %s no body on a site that lets pass', async (_client, client) => {
    const decide: Decide = () => ({ ...OPEN, close }) as Decision
    const seen = await withEachKind(client, { decide }, async (visitor, call) => {
      const outcomes = await visitor.inTurn([call])
      await visitor.site.settled()
      outcomes.push(...(await visitor.inTurn([call])))
      return { outcomes, faults: faultsOf(visitor) }
    })
    expect(seen).toEqual(served([200, 200]))
  })

  it.each(EACH_CLIENT)('costs %s no body on an open page of a site that asks', async (_client, client) => {
    const decide: Decide = ({ path }) => (path === '/page' ? ({ ...OPEN, close } as Decision) : ASKS)
    const seen = await withEachKind(client, { decide }, async (visitor, call) => {
      const outcomes = await visitor.inTurn([{ path: '/' }, call])
      await visitor.site.settled()
      outcomes.push(...(await visitor.inTurn([call])))
      return { outcomes, faults: faultsOf(visitor) }
    })
    expect(seen).toEqual(served([200, 200, 200]))
  })

  it.each(EACH_CLIENT)('costs %s a handshake each time on a page that asks', async (_client, client) => {
    const decide: Decide = () => ({ ...ASKS, close }) as Decision
    const seen = await withEachKind(client, { decide }, async (visitor, call) => {
      const outcomes = await visitor.inTurn([call])
      await visitor.site.settled()
      outcomes.push(...(await visitor.inTurn([call])))
      const handshakes = visitor.site.requests.filter(({ accepted }) => accepted).length
      return { outcomes, faults: faultsOf(visitor), handshakes }
    })
    expect(seen).toEqual(ofEachKind(() => ({ outcomes: [200, 200], faults: [], handshakes: 2 })))
  })
})
