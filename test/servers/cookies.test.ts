import { ntlm } from '@ntlmkit/axios'
import { ntlm as ntlmForGot } from '@ntlmkit/got'
import axios, { type AxiosInstance } from 'axios'
import { wrapper } from 'axios-cookiejar-support'
import got from 'got'
import { CookieJar } from 'tough-cookie'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ALICE } from '../wire.js'
import { EACH_CLIENT, ofEachKind, withEachKind } from './calls.js'
import { CLIENTS } from './clients.js'
import { ASKS, type Decide, redirect } from './decisions.js'
import { faultsOf } from './judge.js'
import { Site, type SiteOptions } from './site.js'
import { at, cookiesOf } from './visit.js'

/** Its own cookie, beside the one that comes with the CHALLENGE. */
const setsItsOwn: Decide = () => ({
  does: 'serve',
  asks: true,
  fields: { 'Set-Cookie': 'session=1; Path=/' },
})
const STICKY: SiteOptions = { decide: setsItsOwn, sticky: true }

async function startSite(options: SiteOptions): Promise<Site> {
  const site = await Site.start(options)
  onTestFinished(() => site.close())
  return site
}

describe.each(['NTLM', 'Negotiate'] as const)('a cookie that comes with the CHALLENGE, %s', (scheme) => {
  it.each(EACH_CLIENT)(
    'goes with the AUTHENTICATE of %s, and reaches it in the answer',
    async (_name, client) => {
      const seen = await withEachKind(client, { ...STICKY, scheme }, async (visitor, call) => {
        const { outcome, headers } = await visitor.visit(call)
        const { connection } = visitor.site.requests.at(-1)!
        const cookies = headers['set-cookie']?.map((cookie) =>
          cookie.replace(`node=${connection};`, 'node=its own;'),
        )
        return { outcome, cookies, faults: faultsOf(visitor) }
      })
      const cookies = ['node=its own; Path=/', 'session=1; Path=/']
      expect(seen).toEqual(ofEachKind(() => ({ outcome: 200, cookies, faults: [] })))
    },
  )
})

describe('a cookie that comes with the CHALLENGE', () => {
  // The last one: it is another connection, and may be another node behind the load balancer.
  it.each<[cookie: string, kept: string[]]>([
    ['a=1; b=2', ['a=1', 'b=2']],
    ['a=1; node=0', ['a=1']],
  ])(
    'goes beside what a client has of its own, and in the place of an older one: %s',
    async (cookie, kept) => {
      const sent = CLIENTS.map((client) =>
        at(STICKY, client, async ({ site, visit }) => {
          const { outcome } = await visit({ method: 'POST', body: 'stream', headers: { cookie } })
          const { headers, connection } = site.requests.at(-1)!
          const cookies = headers.cookie?.replace(`node=${connection}`, 'node=its own').split('; ').sort()
          return [client.name, { outcome, cookies }] as const
        }),
      )
      const expected = CLIENTS.map(({ name }) => [name, { outcome: 200, cookies: [...kept, 'node=its own'] }])
      expect(Object.fromEntries(await Promise.all(sent))).toEqual(Object.fromEntries(expected))
    },
  )

  it.each(EACH_CLIENT)('stays with %s behind a redirect that it does not follow', async (_name, client) => {
    const decide: Decide = ({ path }) => (path === '/login' ? redirect(302, '/', ASKS, 'session=1') : ASKS)
    await at({ decide, sticky: true }, client, async ({ visit }) => {
      const visited = await visit({ path: '/login' })
      const cookies = [expect.stringMatching(/^node=\d+; Path=\/$/), 'session=1']
      expect({ ...visited, cookies: cookiesOf(visited) }).toMatchObject({ outcome: 302, cookies })
    })
  })
})

/** An instance with a jar, whichever of the two is applied first. */
const WRAPPED: readonly [where: string, both: (instance: AxiosInstance) => AxiosInstance][] = [
  ['around', (instance) => ntlm(wrapper(instance), ALICE)],
  ['inside', (instance) => wrapper(ntlm(instance, ALICE))],
]

describe.each(WRAPPED)('axios-cookiejar-support, put %s ntlm(),', (_where, both) => {
  it('makes 21 requests on one connection of 20 in turn', async () => {
    const site = await startSite({ decide: setsItsOwn })
    const instance = both(axios.create({ baseURL: site.origin, jar: new CookieJar() }))
    for (let i = 0; i < 20; i++) expect((await instance.get('/page')).status).toBe(200)
    expect([site.requests.length, site.connections]).toEqual([21, 1])
    const closing = site.requests.filter(({ headers }) => headers.connection === 'close')
    expect(closing).toEqual([])
  })

  it('keeps the cookie of a CHALLENGE in its jar, and sends it from then on', async () => {
    const site = await startSite(STICKY)
    const jar = new CookieJar()
    const instance = both(axios.create({ baseURL: site.origin, jar }))
    await instance.post('/page', 'text')
    const node = `node=${site.requests.at(-1)!.connection}`
    expect((await jar.getCookieString(site.origin)).split('; ').sort()).toEqual([node, 'session=1'])
    await instance.get('/page')
    expect(site.requests.at(-1)!.headers.cookie?.split('; ').sort()).toEqual([node, 'session=1'])
  })
})

describe('the cookie jar of got', () => {
  it.each(['promise', 'stream'])('keeps the cookie of a CHALLENGE, with a %s', async (api) => {
    const site = await startSite(STICKY)
    const jar = new CookieJar()
    const instance = got.extend({ prefixUrl: site.origin, cookieJar: jar }, ntlmForGot(ALICE))
    if (api === 'promise') await instance('page')
    else await instance.stream('page').toArray()
    const node = `node=${site.requests.at(-1)!.connection}`
    expect((await jar.getCookieString(site.origin)).split('; ').sort()).toEqual([node, 'session=1'])
  })
})
