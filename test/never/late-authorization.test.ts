import http, { type ClientRequest } from 'node:http'
import { ntlm as ntlmForAxios } from '@ntlmkit/axios'
import axios from 'axios'
import superagent from 'superagent'
import { describe, expect, it } from 'vitest'
import { agentsFor, call } from '../client-matrix.js'
import { type Seen, Site } from './site.js'

const OWN = `Basic ${Buffer.from('own:credentials').toString('base64')}`

/** When a request made by `http.request()` gets its field, and is ended at once. */
const SOON: [when: string, soon: (set: () => void) => void][] = [
  ['in the same turn', (set) => set()],
  ['in process.nextTick', (set) => process.nextTick(set)],
  ['in a microtask', (set) => queueMicrotask(set)],
]
/** Later than an agent may have begun a handshake for it. */
const LATE: [when: string, late: (set: () => void) => void][] = [
  ['in setImmediate', (set) => setImmediate(set)],
  ['after 20 ms', (set) => setTimeout(set, 20)],
]

const isOwn = ({ authorization }: Seen) => authorization.includes(OWN)

/** A site that lets pass what brings its own credentials, as one does that knows Basic too. */
const startSite = () => Site.start({ isOpen: isOwn })

function finished(request: ClientRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    request.once('response', (response) => response.resume().once('end', () => resolve(response.statusCode!)))
    request.once('error', reject)
  })
}

/** Asks with a field that comes late; `seen` is what the server saw of that and nothing else. */
async function askWith(site: Site, agent: http.Agent, moment: (set: () => void) => void, method: string) {
  site.seen.length = 0
  const request = http.request(`${site.origin}/own`, { agent, method })
  moment(() => {
    request.setHeader('authorization', OWN)
    request.end(method === 'POST' ? 'a body' : undefined)
  })
  const status = await finished(request)
  const own = site.seen.filter(isOwn)
  return {
    status,
    own: own.map(({ authorization, broughtBefore }) => ({
      fields: authorization.length,
      authenticatedBefore: broughtBefore.includes('authenticate'),
      inTheMiddleOfAHandshake: broughtBefore.at(-1) === 'negotiate',
    })),
    logOns: site.logOns,
  }
}

const ALONE = {
  status: 200,
  own: [{ fields: 1, authenticatedBefore: false, inTheMiddleOfAHandshake: false }],
  logOns: 0,
}

describe.each(['GET', 'POST'])('principle 7: the Authorization that a %s gets', (method) => {
  it.each([...SOON, ...LATE])('%s is its own on a new origin', async (_when, moment) => {
    const site = await startSite()
    const agents = agentsFor({ origin: site.origin, url: `${site.origin}/` })
    expect(await askWith(site, agents.http, moment, method)).toEqual(ALONE)
  })

  it.each([...SOON, ...LATE])(
    '%s never goes on a connection that was authenticated',
    async (_when, moment) => {
      const site = await startSite()
      const agents = agentsFor({ origin: site.origin, url: `${site.origin}/` })
      await call(`${site.origin}/`, agents)
      expect(await askWith(site, agents.http, moment, method)).toEqual(ALONE)
    },
  )

  it.each([...SOON, ...LATE])(
    '%s waits for a place in a pool of one, and is its own',
    async (_when, moment) => {
      const site = await startSite()
      const agents = agentsFor({ origin: site.origin, url: `${site.origin}/` }, {}, { maxSockets: 1 })
      await Promise.all([call(`${site.origin}/`, agents), call(`${site.origin}/`, agents)])
      expect(await askWith(site, agents.http, moment, method)).toEqual(ALONE)
    },
  )

  it.each(SOON)('%s is seen before anything of ours is sent', async (_when, moment) => {
    const site = await startSite()
    const agents = agentsFor({ origin: site.origin, url: `${site.origin}/` })
    await askWith(site, agents.http, moment, method)
    expect(site.seen.map(({ carried }) => carried)).toEqual(['foreign'])
  })
})

describe("principle 7: superagent's own credentials are sent instead of ours", () => {
  const WAYS: [name: string, own: (origin: string) => superagent.Request][] = [
    ['in the URL', (origin) => superagent.get(`${origin.replace('//', '//own:credentials@')}/own`)],
    ['by auth()', (origin) => superagent.get(`${origin}/own`).auth('own', 'credentials')],
    ['by set()', (origin) => superagent.get(`${origin}/own`).set('Authorization', OWN)],
  ]

  it.each(WAYS)('%s', async (_name, own) => {
    const site = await startSite()
    const agents = agentsFor({ origin: site.origin, url: `${site.origin}/` })
    await call(`${site.origin}/`, agents)
    site.seen.length = 0
    const { status } = await own(site.origin).agent(agents.http)
    const seen = site.seen.map(({ authorization, broughtBefore }) => ({ authorization, broughtBefore }))
    expect({ status, seen }).toEqual({
      status: 200,
      seen: [{ authorization: [OWN], broughtBefore: [] }],
    })
  })
})

describe('principle 7: requests of foreign credentials do not share a pool with plain ones', () => {
  it('in axios, where ntlm: false makes a request plain', async () => {
    const site = await Site.start({ isOpen: () => true })
    const instance = ntlmForAxios(axios.create({ baseURL: site.origin }), {
      username: 'LAB\\alice',
      password: 'Passw0rd!',
    })
    await instance.get('/own', { headers: { authorization: OWN } })
    await instance.get('/plain', { ntlm: false })
    await instance.get('/own', { headers: { authorization: OWN } })
    const shared = site.seen.filter(
      ({ carried, broughtBefore }) => carried !== 'foreign' && broughtBefore.includes('foreign'),
    )
    expect(site.seen.map(({ path }) => path)).toEqual(['/own', '/plain', '/own'])
    expect(shared).toEqual([])
  })

  it('with a bare agent, of an origin that gets no credentials', async () => {
    const site = await Site.start({ isOpen: () => true })
    const target = { origin: 'http://elsewhere.test', url: 'http://elsewhere.test/' }
    const agents = agentsFor(target)
    await call(`${site.origin}/own`, agents, { headers: { authorization: OWN } })
    await call(`${site.origin}/plain`, agents)
    expect(site.seen.map(({ carried, broughtBefore }) => [carried, ...broughtBefore])).toEqual([
      ['foreign'],
      ['none'],
    ])
  })
})
