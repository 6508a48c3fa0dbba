import { describe, expect, it } from 'vitest'
import { EACH_CLIENT, flawless, goesOnce, REFUSED_ONCE } from './calls.js'
import { type Client, ON_NODE_HTTP } from './clients.js'
import { ASKS, type Decide, OPEN, redirect } from './decisions.js'
import { faultsOf, tokensFrom } from './judge.js'
import { at, type Call, cookiesOf, type Outcome, type Visitor } from './visit.js'

const HOME: Call = { path: '/' }
const API: Call = { path: '/api' }
const SEND: Call = { path: '/api', method: 'POST', body: 'buffer' }
const UPLOAD: Call = { path: '/api', method: 'POST', body: 'stream' }

const openHome: Decide = ({ path }) => (path === '/' ? OPEN : ASKS)
const openGet: Decide = ({ method }) => (method === 'POST' ? ASKS : OPEN)
const openOptions: Decide = ({ method }) => (method === 'OPTIONS' ? OPEN : ASKS)

interface Row {
  decide: Decide
  calls: readonly Call[]
  /** A call that nothing on the wire tells anything of, until it is refused: its body, if it goes once, goes in vain. */
  unsure?: Call
  /** Of whom. Default: every client. */
  by?: (client: Client) => boolean
}

const OPTIONS: Call = { path: '/api', method: 'OPTIONS' }
/** Over node:http the AUTHENTICATE goes with the OPTIONS, whose 200 looks like its acceptance. */
const by = ({ name }: Client) => ON_NODE_HTTP.has(name)

const SITES: Readonly<Record<string, Row>> = {
  '/ is open and /api asks, / first': { decide: openHome, calls: [HOME, API, SEND, UPLOAD] },
  '/ is open and /api asks, / and an upload': { decide: openHome, calls: [HOME, UPLOAD, API] },
  '/ is open and /api asks, /api first': { decide: openHome, calls: [API, HOME, SEND, HOME, UPLOAD] },
  '/ is open and /api asks, an upload first': { decide: openHome, calls: [UPLOAD, HOME, API] },
  // Its HEAD is answered as a GET is: it says that this lets pass.
  'GET is open and POST asks, GET first': { decide: openGet, calls: [API, SEND, API, UPLOAD], unsure: SEND },
  'GET is open and POST asks, POST first': { decide: openGet, calls: [SEND, API, UPLOAD], unsure: SEND },
  'GET is open and POST asks, an upload first': {
    decide: openGet,
    calls: [UPLOAD, UPLOAD, API],
    unsure: UPLOAD,
  },
  'OPTIONS is open and the rest asks, then GET': {
    decide: openOptions,
    calls: [OPTIONS, API, OPTIONS, UPLOAD],
  },
  'OPTIONS is open and the rest asks, then POST': {
    decide: openOptions,
    calls: [OPTIONS, SEND, UPLOAD],
    unsure: SEND,
    by,
  },
  'OPTIONS is open and the rest asks, then an upload': {
    decide: openOptions,
    calls: [OPTIONS, UPLOAD, UPLOAD],
    unsure: UPLOAD,
    by,
  },
}

function expectedOf({ calls, unsure, by = () => true }: Row, { client }: Visitor): Outcome[] {
  const isUnsure = (call: Call, i: number) => call === unsure && calls.indexOf(call) === i
  return calls.map((call, i) =>
    isUnsure(call, i) && goesOnce(call, client) && by(client) ? REFUSED_ONCE : 200,
  )
}

describe.each([undefined, 1])('a site that is open in parts, with connections: %s', (connections) => {
  describe.each(Object.entries(SITES))('%s', (_name, row) => {
    it.each(EACH_CLIENT)('%s is served by every page at the first call', async (_client, client) => {
      const serve = async (visitor: Visitor) => {
        const outcomes = await visitor.inTurn(row.calls)
        const before = visitor.site.requests.length
        const again = await visitor.inTurn(row.calls)
        expect(outcomes).toEqual(expectedOf(row, visitor))
        const report = { outcomes: again, faults: faultsOf(visitor), late: tokensFrom(visitor, before) }
        expect(report).toEqual(flawless(...row.calls.map(() => 200)))
      }
      await at({ decide: row.decide }, client, serve, { pool: { connections } })
    })
  })
})

describe.each([undefined, 3, 1])(
  'a site that is open in parts, at once with connections: %s',
  (connections) => {
    const calls = [HOME, API, SEND, UPLOAD, HOME, UPLOAD, SEND, API]

    it.each(EACH_CLIENT)('%s is served by every page at the first call', async (_client, client) => {
      const serve = async (visitor: Visitor) => {
        const outcomes = [...(await visitor.atOnce(calls)), ...(await visitor.atOnce(calls))]
        expect(outcomes).toEqual([...calls, ...calls].map(() => 200))
        expect(faultsOf(visitor)).toEqual([])
        expect(visitor.site.connections).toBeLessThanOrEqual(connections ?? calls.length)
      }
      await at({ decide: openHome }, client, serve, { pool: { connections } })
    })
  },
)

const REDIRECTS: Readonly<Record<string, { decide: Decide; call: Call }>> = {
  'an open / redirects to a page that asks': {
    decide: ({ path }) => (path === '/' ? redirect(302, '/page', OPEN) : ASKS),
    call: { path: '/', follow: true, leadsTo: ['/page'] },
  },
  'an open form is answered 303 to a page that asks': {
    decide: ({ path }) => (path === '/form' ? redirect(303, '/page', OPEN) : ASKS),
    call: { path: '/form', method: 'POST', body: 'buffer', follow: true, leadsTo: ['/page'] },
  },
  'a form that asks is answered 303 to a page that asks': {
    decide: ({ path }) => (path === '/form' ? redirect(303, '/page', ASKS) : ASKS),
    call: { path: '/form', method: 'POST', body: 'buffer', follow: true, leadsTo: ['/page'] },
  },
  'a form that asks is answered 303 to an open page': {
    decide: ({ path }) => (path === '/form' ? redirect(303, '/page', ASKS) : OPEN),
    call: { path: '/form', method: 'POST', body: 'buffer', follow: true, leadsTo: ['/page'] },
  },
}

describe.each(Object.entries(REDIRECTS))('%s', (_name, { decide, call }) => {
  it.each(EACH_CLIENT)('%s is served at the first call', async (_client, client) => {
    await at({ decide }, client, async (visitor) => {
      expect(await visitor.inTurn([call, call, call])).toEqual([200, 200, 200])
      expect(faultsOf(visitor)).toEqual([])
    })
  })
})

describe('a login that redirects with a cookie and back', () => {
  const decide: Decide = ({ path, headers }) => {
    if (path === '/login') return redirect(302, '/page', ASKS, 'session=1; Path=/')
    return headers.cookie === 'session=1' ? OPEN : redirect(302, '/login', OPEN)
  }

  it.each(EACH_CLIENT)('lets %s in', async (_client, client) => {
    await at({ decide }, client, async (visitor) => {
      const asked = await visitor.visit({})
      const loggedIn = await visitor.visit({ path: '/login' })
      const back = await visitor.visit({ headers: { cookie: 'session=1' } })
      expect([asked, loggedIn, back].map(({ outcome }) => outcome)).toEqual([302, 302, 200])
      expect(asked.headers.location).toMatch(/\/login$/)
      expect(cookiesOf(loggedIn)).toEqual(['session=1; Path=/'])
      expect(faultsOf(visitor)).toEqual([])
    })
  })
})
