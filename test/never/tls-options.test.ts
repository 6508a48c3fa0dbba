import type { TLSSocket } from 'node:tls'
import { type AgentOptions, ntlmAgents } from '@ntlmkit/agent'
import { ntlm as ntlmForAxios } from '@ntlmkit/axios'
import { ntlm as ntlmForGot } from '@ntlmkit/got'
import { NtlmAgent } from '@ntlmkit/undici'
import axios from 'axios'
import got from 'got'
import { Agent, type buildConnector, getGlobalDispatcher, request, setGlobalDispatcher } from 'undici'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { call } from '../client-matrix.js'
import { type CertificateSet, makeCertificates } from '../fault-server/certificates.js'
import { ALICE } from '../wire.js'
import { every, everyClient, outcomeOf } from './clients.js'
import { Site } from './site.js'

/** The codes of a certificate that nobody is known to vouch for. */
const UNTRUSTED = /^(?:UNABLE_TO_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED_CERT)/

let certificates: CertificateSet
beforeAll(async () => {
  certificates = await makeCertificates()
})

/** An https site that knows which certificates its clients showed: the common name, or none. */
async function startSite(isOpen = false) {
  const shown: string[] = []
  const site = await Site.start({
    tls: certificates.leaves[0],
    isOpen: () => isOpen,
    application: (_act, { socket }) => {
      shown.push((socket as TLSSocket).getPeerCertificate().subject?.CN?.toString() ?? 'none')
      return false
    },
  })
  return { site, shown }
}

type Call = (url: string) => Promise<{ status: number }>

/** What each package takes TLS options in. */
const PACKAGES: [name: string, make: (origins: string, tls: AgentOptions) => Call][] = [
  ['undici', (origins, tls) => callOn(dispatcherFor(origins, tls as buildConnector.BuildOptions))],
  [
    'agent',
    (origins, tls) => {
      const agents = ntlmAgents({ ...ALICE, origins }, tls)
      onTestFinished(() => agents.destroy())
      return (url) => call(url, agents)
    },
  ],
  [
    'axios',
    (origins, tls) => {
      const instance = ntlmForAxios(axios.create(), { ...ALICE, origins }, tls)
      return (url) => instance.get(url)
    },
  ],
  [
    'got',
    (origins, tls) => {
      const instance = got.extend(ntlmForGot({ ...ALICE, origins }, tls), { retry: { limit: 0 } })
      return (url) => instance(url).then(({ statusCode }) => ({ status: statusCode }))
    },
  ],
]

function dispatcherFor(origins: string, connect: buildConnector.BuildOptions, others?: Agent): NtlmAgent {
  const agent = new NtlmAgent({ ...ALICE, origins, connect, others })
  onTestFinished(() => void agent.destroy())
  return agent
}

const callOn =
  (dispatcher: NtlmAgent): Call =>
  async (url) => {
    const { statusCode, body } = await request(url, { dispatcher })
    await body.dump()
    return { status: statusCode }
  }

function useGlobally(dispatcher: NtlmAgent): void {
  const before = getGlobalDispatcher()
  setGlobalDispatcher(dispatcher)
  onTestFinished(() => setGlobalDispatcher(before))
}

const OPTIONS: [name: string, tls: () => AgentOptions][] = [
  ['ca', () => ({ ca: certificates.ca })],
  ['rejectUnauthorized: false', () => ({ rejectUnauthorized: false })],
]

describe('principle 8: TLS options are for the origins alone', () => {
  it('a ca is trusted there and nowhere else, by every client', async () => {
    const outcomes = await everyClient(async ({ open }) => {
      const [inside, outside] = [await startSite(), await startSite(true)]
      const session = open({ origins: inside.site.origin, ca: certificates.ca })
      const { status } = await session.call(`${inside.site.origin}/`)
      const code = await outcomeOf(session.call(`${outside.site.origin}/`))
      return `${status} inside, ${UNTRUSTED.test(String(code)) ? 'not trusted' : code} outside`
    })
    expect(outcomes).toEqual(every('200 inside, not trusted outside'))
  })

  for (const [option, tls] of OPTIONS) {
    it.each(PACKAGES)(`${option}, given to %s`, async (_name, make) => {
      const [inside, outside] = [await startSite(), await startSite(true)]
      const ask = make(inside.site.origin, tls())
      expect(await outcomeOf(ask(`${inside.site.origin}/`))).toBe(200)
      expect(String(await outcomeOf(ask(`${outside.site.origin}/`)))).toMatch(UNTRUSTED)
      expect(outside.site.seen).toEqual([])
    })
  }

  it("a client certificate, given to undici's agent", async () => {
    const [inside, outside] = [await startSite(), await startSite(true)]
    const { ca, leaves } = certificates
    const others = new Agent({ connect: { ca } })
    onTestFinished(() => void others.destroy())
    const ask = callOn(dispatcherFor(inside.site.origin, { ca, ...leaves[1] }, others))
    await ask(`${inside.site.origin}/`)
    await ask(`${outside.site.origin}/`)
    expect([inside.shown, outside.shown]).toEqual([['ntlmkit fault server'], ['none']])
  })

  it('a client certificate, given to the agents of node:http', async () => {
    const [inside, outside] = [await startSite(), await startSite(true)]
    const { ca, leaves } = certificates
    const agents = ntlmAgents({ ...ALICE, origins: inside.site.origin }, { ...leaves[1] })
    onTestFinished(() => agents.destroy())
    await call(`${inside.site.origin}/`, agents, { ca } as object)
    await call(`${outside.site.origin}/`, agents, { ca } as object)
    expect([inside.shown, outside.shown]).toEqual([['ntlmkit fault server'], ['none']])
  })

  it('an agent that is the global dispatcher itself serves other origins', async () => {
    const [inside, outside] = [await Site.start(), await Site.start({ isOpen: () => true })]
    const agent = dispatcherFor(inside.origin, {})
    useGlobally(agent)
    const statuses = []
    for (const { origin } of [inside, outside]) {
      const { statusCode, body } = await request(`${origin}/`)
      await body.dump()
      statuses.push(statusCode)
    }
    expect(statuses).toEqual([200, 200])
    expect(outside.seen.map(({ carried }) => carried)).toEqual(['none'])
  })
})
