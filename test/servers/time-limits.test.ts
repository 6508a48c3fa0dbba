import { ntlmAgents } from '@ntlmkit/agent'
import axios from 'axios'
import { describe, expect, it } from 'vitest'
import { EACH_CLIENT } from './calls.js'
import { CLIENTS, type Client } from './clients.js'
import { ASKS, type Decide, type Decision, NOTHING } from './decisions.js'
import { at, type Call, type Outcome, type Visitor } from './visit.js'

/** What each client calls its own time limit. */
const OWN_TIMEOUT: Readonly<Record<string, string>> = {
  'undici request': 'UND_ERR_HEADERS_TIMEOUT',
  // What `AbortSignal.timeout` aborts with: the code of a DOMException named TimeoutError.
  'undici fetch': '23',
  'the fetch of Node': '23',
  'http.request': 'TEST_TIMEOUT',
  axios: 'ECONNABORTED',
  got: 'ETIMEDOUT',
  'got stream': 'ETIMEDOUT',
  // An error of its own, whatever the signal was aborted with.
  'node-fetch': 'AbortError',
}

/** axios on an agent that knows nothing of it, by node:http itself or by follow-redirects. */
function axiosOverBareAgent(name: string, maxRedirects: number): Client {
  return {
    name,
    follows: maxRedirects > 0,
    onlyStreams: false,
    open: (identity) => {
      const agents = ntlmAgents(identity, { freeSocketTimeout: 2000 })
      const instance = axios.create({ httpAgent: agents.http, maxRedirects, validateStatus: () => true })
      return {
        call: async (url, { body, ...options } = {}) => {
          const { status, headers, data } = await instance.request({ url, data: body, ...options })
          return { status, headers: headers as never, text: String(data) }
        },
        close: async () => agents.destroy(),
      }
    },
  }
}

const BARE = axiosOverBareAgent('axios over a bare agent', 0)
const FOLLOWING = axiosOverBareAgent('axios and follow-redirects over a bare agent', 5)
const ALL: readonly (readonly [string, Client])[] = [
  ...EACH_CLIENT,
  [BARE.name, BARE] as const,
  [FOLLOWING.name, FOLLOWING] as const,
]

const ownTimeoutOf = ({ name }: Client): Outcome => OWN_TIMEOUT[name] ?? 'ECONNABORTED'

/** Where the handshake stands when the server falls silent. */
const SILENCES: readonly [when: string, decide: Decide][] = [
  ['at the first leg', () => NOTHING],
  ['at the AUTHENTICATE', ({ carried }) => (carried === 'AUTHENTICATE' ? NOTHING : ASKS)],
]

const CALLS: readonly [name: string, call: Call][] = [
  ['GET', {}],
  ['POST from a buffer', { method: 'POST', body: 'buffer' }],
  ['POST of a stream', { method: 'POST', body: 'stream' }],
]

/** Far behind the client's own limit, and what ends those that have none. */
const identity = { handshakeTimeout: 5000 }
const timeout = 150

describe.each(SILENCES)('a server that falls silent %s', (_when, decide) => {
  // All at once, so that they wait once.
  it('is given up by every client after its own time limit', async () => {
    const giveUp = ([name, client]: readonly [string, Client]) =>
      CALLS.map(async ([kind, call]) => {
        const use = ({ inTurn }: Visitor) => withinReason(inTurn([{ ...call, timeout }]))
        return [`${name}: ${kind}`, await at({ decide }, client, use, { identity })] as const
      })
    const seen = Object.fromEntries(await Promise.all(ALL.flatMap(giveUp)))
    const expected = ALL.flatMap(([name, client]) =>
      CALLS.map(([kind]) => [`${name}: ${kind}`, [ownTimeoutOf(client)]] as const),
    )
    expect(seen).toEqual(Object.fromEntries(expected))
  })

  it('sees the connection closed once its client has given up', async () => {
    const leave = async ([name, client]: readonly [string, Client]) => {
      const use = async ({ site, visit }: Visitor) => {
        await visit({ timeout })
        await site.allClosed()
        return 'closed'
      }
      return [
        name,
        await at({ decide }, client, (visitor) => withinReason(use(visitor)), { identity }),
      ] as const
    }
    const seen = Object.fromEntries(await Promise.all(ALL.map(leave)))
    expect(seen).toEqual(Object.fromEntries(ALL.map(([name]) => [name, 'closed'])))
  })
})

/** A client that gives up nothing is told apart from the others, and not waited for. */
async function withinReason<T>(result: Promise<T>): Promise<T | 'still waiting'> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'still waiting'>((resolve) => {
    timer = setTimeout(resolve, 8000, 'still waiting')
  })
  return Promise.race([result, late]).finally(() => clearTimeout(timer))
}

describe('the handshakeTimeout', () => {
  const short = { identity: { handshakeTimeout: 600 } }

  it.each<[string, Decision]>([
    ['does not answer', NOTHING],
    // On two connections that is longer than the budget, and on any one of them shorter.
    ['drops every connection after 350 ms', { does: 'drop', after: 350 }],
  ])('is one budget over all connections of a request, at a server that %s', async (_what, decision) => {
    const outcomes = await Promise.all(
      CLIENTS.map((client) => at({ decide: () => decision }, client, ({ inTurn }) => inTurn([{}]), short)),
    )
    const byClient = Object.fromEntries(CLIENTS.map(({ name }, i) => [name, outcomes[i]]))
    expect(byClient).toEqual(Object.fromEntries(CLIENTS.map(({ name }) => [name, ['ERR_NTLM_TIMEOUT']])))
  })

  it('leaves a request that is answered in time alone, however many connections it took', async () => {
    const late: Decide = ({ method, connection }) =>
      method === 'HEAD' || connection === 1 ? { does: 'drop', after: 50 } : ASKS
    const outcomes = await Promise.all(
      CLIENTS.map((client) => at({ decide: late }, client, ({ inTurn }) => inTurn([{}, {}]))),
    )
    expect(outcomes).toEqual(CLIENTS.map(() => [200, 200]))
  })
})

describe('a time limit of its own', () => {
  it.each(ALL)('of %s that is not reached changes nothing', async (_name, client) => {
    await at({ decide: () => ASKS }, client, async ({ inTurn }) => {
      const calls: Call[] = [{ timeout: 60_000 }, { method: 'POST', body: 'stream', timeout: 60_000 }]
      expect(await inTurn(calls)).toEqual([200, 200])
    })
  })
})
