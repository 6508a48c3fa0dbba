import http from 'node:http'
import type { LookupFunction } from 'node:net'
import { NtlmAgent } from '@ntlmkit/undici'
import superagent from 'superagent'
import { request } from 'undici'
import { describe, expect, it, onTestFinished } from 'vitest'
import { agentsFor } from '../client-matrix.js'
import { ALICE } from '../wire.js'
import { outcomeOf } from './clients.js'
import { Site } from './site.js'

const ALLOWED = 'intranet.corp'

/** Names that a parser of URLs reads as another host than a resolver is asked for. */
const TWO_FACED: [name: string, host: string][] = [
  ['a slash', `${ALLOWED}/.evil.test`],
  ['a backslash', `${ALLOWED}\\.evil.test`],
  ['a question mark', `${ALLOWED}?.evil.test`],
  ['a hash', `${ALLOWED}#.evil.test`],
  ['an at sign', `evil.test@${ALLOWED}`],
  ['an at sign behind a colon', `evil.test:80@${ALLOWED}`],
  ['an encoded letter', 'intranet%2ecorp'],
  ['a tab', 'intranet\t.corp'],
  ['a line feed', `${ALLOWED}\n`],
  ['a space before it', ` ${ALLOWED}`],
  ['a space behind it', `${ALLOWED} `],
  ['a scheme', `http://${ALLOWED}`],
  ['two slashes before it', `//${ALLOWED}`],
]

/** Names that mean the allowed host, written in another way. */
const SAME: [name: string, host: string][] = [
  ['upper case', 'INTRANET.Corp'],
  ['an ideographic full stop', 'intranet\u3002corp'],
  ['a fullwidth full stop', 'intranet\uff0ecorp'],
  ['fullwidth letters', '\uff49ntranet.corp'],
  ['a soft hyphen', 'intra\u00adnet.corp'],
]

/** A resolver for which every name is this machine, and which knows what it was asked for. */
function resolver() {
  const asked: string[] = []
  const lookup = ((name: string, options: { all?: boolean }, done: (...answer: unknown[]) => void) => {
    asked.push(name)
    const address = { address: '127.0.0.1', family: 4 }
    if (options.all) done(null, [address])
    else done(null, address.address, address.family)
  }) as LookupFunction
  return { asked, lookup }
}

/** The site's origin, and the one that a name is read as which swallows the port behind it. */
const allowed = ({ port }: Site) => [`http://${ALLOWED}:${port}`, `http://${ALLOWED}`]

const agentOf = (site: Site) => {
  const [origin] = allowed(site)
  return agentsFor({ origin, url: origin }, { origins: allowed(site) }).http
}

const tokens = ({ seen }: Site) => seen.filter(({ carried }) => carried !== 'none').length

/** What `http.request({ host })` comes to, whether it throws or emits. */
async function ask(site: Site, host: string, name: 'host' | 'hostname', port: number | string = site.port) {
  const { asked, lookup } = resolver()
  const agent = agentOf(site)
  const answered = new Promise<{ status: number }>((resolve, reject) => {
    const sent = http.request({ [name]: host, port, path: '/', agent, lookup }, (response) => {
      response.resume().once('end', () => resolve({ status: response.statusCode! }))
    })
    sent.once('error', reject).end()
  })
  return { outcome: await outcomeOf(answered), asked, tokens: tokens(site) }
}

describe.each(['host', 'hostname'] as const)('a %s option that is read in two ways', (name) => {
  it.each(TWO_FACED)('is refused, and nothing is connected: %s', async (_name, host) => {
    const site = await Site.start()
    const { outcome, asked } = await ask(site, host, name)
    expect(outcome).toBeTypeOf('string')
    expect({ asked, seen: site.seen.length, connections: site.connections }).toEqual({
      asked: [],
      seen: 0,
      connections: 0,
    })
  })

  it('is refused where a port is in it', async () => {
    const site = await Site.start()
    const { outcome, asked } = await ask(site, `${ALLOWED}:${site.port}`, name)
    expect(outcome).toBeTypeOf('string')
    expect({ asked, connections: site.connections }).toEqual({ asked: [], connections: 0 })
  })

  it.each(SAME)('is refused, or the allowed name is connected to: %s', async (_name, host) => {
    const site = await Site.start()
    const seen = await ask(site, host, name)
    const others = seen.asked.filter((each) => each.toLowerCase() !== ALLOWED)
    if (seen.tokens > 0) expect(others).toEqual([])
  })

  it('is served where it is the allowed name itself', async () => {
    const site = await Site.start()
    const { outcome, asked } = await ask(site, ALLOWED, name)
    expect({ outcome, asked }).toEqual({ outcome: 200, asked: [ALLOWED] })
  })
})

describe('a name in a URL gets no token unless it is the allowed one that is connected to', () => {
  it.each(TWO_FACED)('superagent: %s', async (_name, host) => {
    const site = await Site.start()
    const { asked, lookup } = resolver()
    const asking = superagent
      .get(`http://${host}:${site.port}/`)
      .agent(agentOf(site))
      .lookup(lookup)
      .redirects(0)
    await asking.ok(() => true).catch(() => {})
    if (tokens(site) > 0) expect([...new Set(asked)]).toEqual([ALLOWED])
  })

  it.each(TWO_FACED)('undici, request and dispatch: %s', async (_name, host) => {
    const site = await Site.start()
    const { asked, lookup } = resolver()
    const agent = new NtlmAgent({ ...ALICE, origins: allowed(site), connect: { lookup } })
    onTestFinished(() => void agent.destroy())
    const origin = `http://${host}:${site.port}`
    const dispatched = new Promise<void>((resolve) => {
      const ended = { onResponseEnd: () => resolve(), onResponseError: () => resolve() }
      agent.dispatch({ origin, path: '/', method: 'GET' }, { onRequestStart() {}, ...ended })
    })
    const requested = async () => request(`${origin}/`, { dispatcher: agent })
    await Promise.allSettled([requested(), dispatched])
    if (tokens(site) > 0) expect([...new Set(asked)]).toEqual([ALLOWED])
  })
})
