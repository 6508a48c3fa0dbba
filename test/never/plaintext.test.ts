import http, { type Agent } from 'node:http'
import https from 'node:https'
import { type AgentOptions, ntlmAgents } from '@ntlmkit/agent'
import { ntlm } from '@ntlmkit/axios'
import AgentKeepAlive from 'agentkeepalive'
import axios from 'axios'
import { wrapper } from 'axios-cookiejar-support'
import {
  createCookieAgent,
  HttpCookieAgent,
  HttpsCookieAgent,
  MixedCookieAgent,
} from 'http-cookie-agent/http'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { CookieJar } from 'tough-cookie'
import { beforeAll, describe, expect, it } from 'vitest'
import { agentsFor, call } from '../client-matrix.js'
import { type CertificateSet, makeCertificates } from '../fault-server/certificates.js'
import { ALICE } from '../wire.js'
import { outcomeOf } from './clients.js'
import { Site } from './site.js'
import { startWitness } from './tcp-witness.js'

let certificates: CertificateSet
beforeAll(async () => {
  certificates = await makeCertificates()
})

/** An https site behind a witness, which is where it is asked for. */
async function startSecureSite() {
  const site = await Site.start({ tls: certificates.leaves[0] })
  const witness = await startWitness(site.port)
  const origin = `https://127.0.0.1:${witness.port}`
  return { site, witness, origin, url: `${origin}/`, ca: certificates.ca }
}

/** tough-cookie declares its class twice, for `import` and for `require`. */
const cookies = () => ({ cookies: { jar: new CookieJar() } }) as unknown as CookieOptions
const identity = (...origins: string[]) => ({ ...ALICE, origins })
/** Trust in the test's authority, for whichever agent opens the connection. */
const trusting = (): AgentOptions => ({ ca: certificates.ca })

type CookieOptions = ConstructorParameters<typeof HttpsCookieAgent>[0] & object

const KeepAliveCookieAgent = createCookieAgent(AgentKeepAlive.HttpsAgent as unknown as typeof https.Agent)

/** Agents for cookies, and whether an https request by one of them must get through or may be refused too. */
const COOKIE_AGENTS: [name: string, make: () => unknown, outcomes: (number | string)[]][] = [
  ['HttpsCookieAgent', () => new HttpsCookieAgent(cookies()), [200]],
  ["one over Node's https.Agent", () => new (createCookieAgent(https.Agent))(cookies()), [200]],
  ["one over agentkeepalive's", () => new KeepAliveCookieAgent(cookies()), [200, 'ERR_NTLM_CONFIG']],
  [
    'HttpCookieAgent, which is for http:',
    () => new HttpCookieAgent(cookies()),
    [200, 'ERR_NTLM_CONFIG', 'ERR_INVALID_PROTOCOL'],
  ],
  ['MixedCookieAgent', () => new MixedCookieAgent(cookies()), [200, 'ERR_NTLM_CONFIG']],
]

describe('principle 8: an https: request is never sent in plaintext', () => {
  it.each(COOKIE_AGENTS)('through axios with %s', async (_name, make, outcomes) => {
    const { witness, origin, url } = await startSecureSite()
    const instance = ntlm(axios.create(), identity(origin), trusting())
    const outcome = await outcomeOf(instance.get(url, { httpsAgent: make() }))
    expect([...new Set(witness.began)]).toEqual(outcome === 200 ? ['tls'] : [])
    expect(outcomes).toContain(outcome)
  })

  it('through axios-cookiejar-support', async () => {
    const { witness, origin, url } = await startSecureSite()
    const instance = ntlm(wrapper(axios.create({ jar: new CookieJar() })), identity(origin), trusting())
    expect(await outcomeOf(instance.get(url))).toBe(200)
    expect(witness.began).toEqual(['tls'])
  })

  it('through axios behind a redirect from http: with cookie agents for both', async () => {
    const { witness, origin, url } = await startSecureSite()
    const first = await Site.start({
      application: (_act, _request, response) => {
        response.writeHead(302, { Location: url }).end()
        return true
      },
    })
    const instance = ntlm(axios.create(), identity(origin, first.origin), trusting())
    const [httpAgent, httpsAgent] = [new HttpCookieAgent(cookies()), new HttpsCookieAgent(cookies())]
    expect(await outcomeOf(instance.get(`${first.origin}/`, { httpAgent, httpsAgent }))).toBe(200)
    expect(witness.began).toEqual(['tls'])
  })

  it("through http.request with the https agent, and not at all through https.request with http's", async () => {
    const target = await startSecureSite()
    const agents = agentsFor(target)
    const swapped = { http: agents.https, https: agents.http } as unknown as typeof agents
    await expect(call(target.url, swapped)).rejects.toMatchObject({ code: 'ERR_INVALID_PROTOCOL' })
    expect(target.witness.began).toEqual([])
    const status = await new Promise((resolve, reject) => {
      const request = http.get(target.url, { agent: agents.https as Agent }, (response) => {
        response.resume().once('end', () => resolve(response.statusCode))
      })
      request.once('error', reject)
    })
    expect(status).toBe(200)
    expect(target.witness.began).toEqual(['tls'])
  })
})

describe('principle 8: a cookie agent over a proxy agent', () => {
  const ProxyCookieAgent = createCookieAgent(HttpsProxyAgent as unknown as typeof https.Agent)

  it.each(['of a request', 'of the instance'])('%s never goes past its proxy', async (where) => {
    const { witness, origin, url } = await startSecureSite()
    const proxy = await startWitness()
    const options = [`http://127.0.0.1:${proxy.port}`, cookies()] as unknown as [https.AgentOptions]
    const httpsAgent = new ProxyCookieAgent(...options)
    const ofInstance = where === 'of the instance'
    const ask = async () => {
      const instance = ntlm(axios.create(ofInstance ? { httpsAgent } : {}), identity(origin), trusting())
      return instance.get(url, ofInstance ? {} : { httpsAgent })
    }
    await expect(ask()).rejects.toThrow()
    expect(witness.began).toEqual([])
    expect(proxy.began).toEqual([`CONNECT ${new URL(origin).host} HTTP/1.1`])
  })
})

it("the agents are instances of Node's own classes", () => {
  const { http: plain, https: secure } = ntlmAgents(identity('https://intranet.corp'))
  // Not toBeInstanceOf: what that prints reads every property of the agent.
  expect([plain instanceof http.Agent, (secure as unknown) instanceof https.Agent]).toEqual([true, true])
  expect([plain, secure].map((agent) => (agent as { protocol?: string }).protocol)).toEqual([
    'http:',
    'https:',
  ])
})
