import { ntlm as ntlmForAxios } from '@ntlmkit/axios'
import { ntlm as ntlmForGot } from '@ntlmkit/got'
import { NtlmAgent } from '@ntlmkit/undici'
import axios from 'axios'
import axiosRetry from 'axios-retry'
import got from 'got'
import pRetry from 'p-retry'
import { interceptors, RetryAgent, request } from 'undici'
import { expect, it, onTestFinished } from 'vitest'
import { ALICE } from '../wire.js'
import { codeOf, every, everyClient, outcomeOf, settled } from './clients.js'
import { Site } from './site.js'

const WRONG = { username: ALICE.username, password: 'wrong' }
const BUDGET = 2
const RETRIES = 5
const AT_ONCE = 10

type Call = (url: string) => Promise<{ status: number }>

/** Clients with a retry plug-in that tries again whatever happened. */
const RETRYING: [name: string, make: (origin: string) => Call][] = [
  [
    'axios with axios-retry',
    (origins) => {
      const instance = ntlmForAxios(axios.create(), { ...WRONG, origins })
      axiosRetry(instance, { retries: RETRIES, retryDelay: () => 1, retryCondition: () => true })
      return (url) => instance.get(url)
    },
  ],
  [
    'got with its own retry',
    (origins) => {
      const instance = gotRetrying(origins)
      return (url) => instance(url).then(statusOf)
    },
  ],
  [
    'got stream with its own retry',
    (origins) => {
      const instance = gotRetrying(origins)
      return async (url) => {
        const stream = instance.stream(url)
        for await (const _ of stream);
        return statusOf(stream.response!)
      }
    },
  ],
  ["undici's RetryAgent", (origins) => callOn(new RetryAgent(agentFor(origins), retryOptions))],
  [
    "undici's retry interceptor",
    (origins) => callOn(agentFor(origins).compose(interceptors.retry(retryOptions))),
  ],
]

const retryOptions = { maxRetries: RETRIES, minTimeout: 1, maxTimeout: 2, statusCodes: [401, 503] }

function agentFor(origins: string): NtlmAgent {
  const agent = new NtlmAgent({ ...WRONG, origins })
  onTestFinished(() => void agent.destroy())
  return agent
}

const callOn =
  (dispatcher: RetryAgent | ReturnType<NtlmAgent['compose']>): Call =>
  async (url) => {
    const { statusCode, body } = await request(url, { dispatcher })
    await body.dump()
    return { status: statusCode }
  }

function gotRetrying(origins: string) {
  return got.extend(ntlmForGot({ ...WRONG, origins }), {
    retry: {
      limit: RETRIES,
      statusCodes: [401, 503],
      errorCodes: ['ERR_NTLM_REJECTED', 'ECONNRESET'],
      calculateDelay: ({ attemptCount }) => (attemptCount > RETRIES ? 0 : 1),
    },
  })
}

const statusOf = ({ statusCode }: { statusCode: number }) => ({ status: statusCode })

it.each(RETRYING)('principle 4: %s tries a wrong password twice at most', async (_name, make) => {
  const site = await Site.start()
  const call = make(site.origin)
  const atOnce = Array.from({ length: AT_ONCE }, (_, i) => settled(outcomeOf(call(`${site.origin}/?${i}`))))
  const outcomes = await Promise.all(atOnce)
  expect(outcomes).not.toContain(200)
  expect(outcomes).not.toContain('hangs')
  for (let i = 0; i < AT_ONCE; i++) await outcomeOf(call(`${site.origin}/${i}`))
  expect(site.logOns).toBeLessThanOrEqual(BUDGET)
})

it('principle 4: p-retry around any client tries a wrong password twice at most', async () => {
  const outcomes = await everyClient(async ({ open }) => {
    const site = await Site.start()
    const session = open({ origins: site.origin, password: 'wrong' })
    const attempt = async (i: number) => {
      const { status } = await session.call(`${site.origin}/${i}`)
      if (status !== 200) throw new Error(`The status was ${status}.`)
    }
    const options = { retries: RETRIES, minTimeout: 1, maxTimeout: 2 }
    const calls = Array.from({ length: AT_ONCE }, (_, i) => pRetry(() => attempt(i), options))
    const failed = (await Promise.allSettled(calls)).filter(({ status }) => status === 'rejected').length
    return failed === AT_ONCE && site.logOns <= BUDGET ? 'within the budget' : `${site.logOns} log-ons`
  })
  expect(outcomes).toEqual(every('within the budget'))
})

it('principle 4: a rejected credential fails at once where it is known to be needed, and is tried nowhere', async () => {
  const outcomes = await everyClient(async ({ open }) => {
    const site = await Site.start()
    const session = open({ origins: site.origin, password: 'wrong' })
    for (const path of ['/a', '/b']) await session.call(site.origin + path).catch(() => {})
    const { logOns } = site
    const before = site.seen.length
    const code = await session.call(`${site.origin}/a`).then(({ status }) => status, codeOf)
    const requests = site.seen.length - before
    // Elsewhere it may be asked without a token.
    await session.call(`${site.origin}/c`).catch(() => {})
    return { code, requests, logOns: site.logOns - logOns }
  })
  expect(outcomes).toEqual(every({ code: 'ERR_NTLM_REJECTED', requests: 0, logOns: 0 }))
})
