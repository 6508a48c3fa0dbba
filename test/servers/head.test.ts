import { describe, expect, it } from 'vitest'
import {
  EACH_CLIENT,
  flawless,
  goesOnce,
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
import { at } from './visit.js'

const asks: Decide = () => ASKS
const OFFERS_BASIC: Decision = {
  does: 'refuse',
  status: 401,
  fields: { 'WWW-Authenticate': 'Basic realm="site"' },
}

/** A HEAD that says nothing, because of what it is answered with. */
const USELESS: Readonly<Record<string, Decision>> = {
  'is dropped': DROP,
  ...statuses(undefined, 'is answered %'),
  ...statuses('said', 'is answered %, and the connection closed'),
  'is answered with a CHALLENGE and a body behind it': { ...ASKS, framing: 'body behind' } as Decision,
  'is answered 404 with a body behind it': { does: 'refuse', status: 404, framing: 'body behind' },
  'is offered Basic where the rest is offered more': OFFERS_BASIC,
}

function statuses(close: Close | undefined, name: string): Record<string, Decision> {
  const each = [400, 404, 405, 501, 503].map(
    (status) => [name.replace('%', String(status)), refuse(status, close)] as const,
  )
  return Object.fromEntries(each)
}

describe.each(Object.entries(USELESS))('where a HEAD %s', (_name, head) => {
  it.each(EACH_CLIENT)('%s is served at once on a page that asks', async (_client, client) => {
    const seen = await withEachKind(client, { decide: headThen(head, asks) }, repeatedly)
    expect(seen).toEqual(ofEachKind(() => flawless(200, 200, 200)))
  })
})

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

  it.each([
    ['a page that asks', asks],
    ['an open page', (({ path }) => (path === '/page' ? OPEN : ASKS)) satisfies Decide],
  ])('every client is served by %s', async (_page, decide) => {
    const seen = await Promise.all(
      CLIENTS.map((client) =>
        withEachKind(client, { decide: headThen(NOTHING, decide) }, repeatedly, { identity }),
      ),
    )
    const expected = CLIENTS.map(() => ofEachKind(() => flawless(200, 200, 200)))
    expect(byClient(seen)).toEqual(byClient(expected))
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
          '1 HEAD /page negotiate 401',
          '1 POST /page authenticate 200',
        ])
      })
    })
  },
)

function byClient<T>(values: readonly T[]): Record<string, T> {
  return Object.fromEntries(CLIENTS.map(({ name }, i) => [name, values[i]]))
}
