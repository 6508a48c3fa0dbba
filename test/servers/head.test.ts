import { describe, expect, it } from 'vitest'
import {
  EACH_CLIENT,
  flawless,
  goesOnce,
  KINDS,
  ofEachKind,
  REFUSED_ONCE,
  repeatedly,
  withEachKind,
} from './calls.js'
import { CLIENTS } from './clients.js'
import {
  ASKS,
  type Close,
  type Decide,
  type Decision,
  DROP,
  headThen,
  NOTHING,
  OPEN,
  refuse,
} from './decisions.js'
import { faultsOf, inShort } from './judge.js'
import { at, type Call, type Visitor } from './visit.js'

const asks: Decide = () => ASKS
const OFFERS_BASIC: Decision = {
  does: 'refuse',
  status: 401,
  fields: { 'WWW-Authenticate': 'Basic realm="site"' },
}

/** A HEAD that says nothing, because of what becomes of it. */
const USELESS: Readonly<Record<string, Decision>> = {
  'is dropped': DROP,
  'is answered 405': refuse(405),
  'is answered 405, and the connection closed': refuse(405, 'said'),
  'is answered with a CHALLENGE and a body behind it': { ...ASKS, framing: 'body behind' } as Decision,
  'is answered 404 with a body behind it': { does: 'refuse', status: 404, framing: 'body behind' },
  'is offered Basic where the rest is offered more': OFFERS_BASIC,
}

describe.each(Object.entries(USELESS))('where a HEAD %s', (_name, head) => {
  it.each(EACH_CLIENT)('%s is served at once on a page that asks', async (_client, client) => {
    const seen = await withEachKind(client, { decide: headThen(head, asks) }, repeatedly)
    expect(seen).toEqual(ofEachKind(() => flawless(200, 200, 200)))
  })
})

const { GET, 'PUT from a buffer': PUT, 'POST of a stream': UPLOAD } = KINDS
/** One of each that a client treats in a way of its own. */
const FEW = { GET, PUT, UPLOAD }
const CLOSING: readonly (Close | undefined)[] = [undefined, 'said']

describe.each([400, 404, 501, 503])(
  'where a HEAD is answered %s, and the connection closed or not',
  (status) => {
    it.each(EACH_CLIENT)('%s is served at once on a page that asks', async (_client, client) => {
      const visits = CLOSING.map((close) => {
        const decide = headThen(refuse(status, close), asks)
        return withEachKind(client, { decide }, repeatedly, { kinds: FEW })
      })
      const expected = ofEachKind(() => flawless(200, 200, 200), FEW)
      expect(await Promise.all(visits)).toEqual([expected, expected])
    })
  },
)

const SOME = Object.entries(USELESS).filter(([name]) => /dropped|404 with|405|Basic/.test(name))

describe.each(SOME)('where a HEAD %s', (_name, head) => {
  it.each(EACH_CLIENT)('%s is served at once by Negotiate', async (_client, client) => {
    const options = { decide: headThen(head, asks), scheme: 'Negotiate' } as const
    const seen = await withEachKind(client, options, repeatedly)
    expect(seen).toEqual(ofEachKind(() => flawless(200, 200, 200)))
  })

  it.each(EACH_CLIENT)('%s has an open page act once, on what it sent', async (_client, client) => {
    const decide: Decide = headThen(head, ({ path }) => (path === '/page' ? OPEN : ASKS))
    const seen = await withEachKind(client, { decide }, async (visitor, call) => {
      const outcomes = [...(await visitor.atOnce([call, call])), ...(await visitor.inTurn([call, call]))]
      return { outcomes, faults: faultsOf(visitor) }
    })
    expect(seen).toEqual(ofEachKind(() => ({ outcomes: [200, 200, 200, 200], faults: [] })))
  })

  it.each(EACH_CLIENT)('%s is served where only this page asks', async (_client, client) => {
    const decide: Decide = headThen(head, ({ path }) => (path === '/page' ? ASKS : OPEN))
    const seen = await withEachKind(client, { decide }, repeatedly)
    const expected = ofEachKind((call) => {
      // No other URL is known to ask, and the HEAD says nothing: a body that goes once may be refused, once.
      const first = goesOnce(call, client) ? REFUSED_ONCE : 200
      return flawless(first, 200, 200)
    })
    expect(seen).toEqual(expected)
  })
})

describe('where a HEAD is never answered', () => {
  // A third of it is what a HEAD may take: all clients at once, so that they wait once.
  const identity = { handshakeTimeout: 3600 }
  const thrice = async (visitor: Visitor, call: Call) => ({
    outcomes: await visitor.inTurn([call, call, call]),
    faults: faultsOf(visitor),
  })

  it.each<[page: string, decide: Decide]>([
    ['a page that asks', asks],
    ['an open page', ({ path }) => (path === '/page' ? OPEN : ASKS)],
  ])('every client is served by %s', async (_page, decide) => {
    const seen = await Promise.all(
      CLIENTS.map(async (client) => {
        const options = { decide: headThen(NOTHING, decide) }
        return [client.name, await withEachKind(client, options, thrice, { identity })] as const
      }),
    )
    const expected = ofEachKind(() => ({ outcomes: [200, 200, 200], faults: [] }))
    expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(CLIENTS.map(({ name }) => [name, expected])))
  })
})

describe.each(['NTLM', 'Negotiate'] as const)(
  'where a 401 to HEAD has no field that frames it, %s',
  (scheme) => {
    const unframed = { ...ASKS, framing: 'none' } as Decision
    const decide = headThen(unframed, asks)

    it.each(EACH_CLIENT)('%s is served at once', async (_client, client) => {
      const seen = await withEachKind(client, { decide, scheme }, repeatedly)
      expect(seen).toEqual(ofEachKind(() => flawless(200, 200, 200)))
    })

    it.each(EACH_CLIENT)('%s goes on on the connection of the HEAD', async (_client, client) => {
      await at({ decide, scheme }, client, async ({ site, visit }) => {
        await visit({ method: 'POST', body: 'stream' })
        expect(site.requests.map(inShort)).toEqual([
          '1 HEAD /page NEGOTIATE 401',
          '1 POST /page AUTHENTICATE 200',
        ])
      })
    })
  },
)
