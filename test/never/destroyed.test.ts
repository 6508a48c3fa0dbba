import { once } from 'node:events'
import http from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { type AgentOptions, type NtlmAgents, ntlmAgents } from '@ntlmkit/agent'
import fetch from 'node-fetch'
import superagent from 'superagent'
import { describe, expect, it, onTestFinished } from 'vitest'
import { call } from '../client-matrix.js'
import { ALICE } from '../wire.js'
import { outcomeOf, settled } from './clients.js'
import { type Seen, Site } from './site.js'

const WAITING = 20
/** Long enough for whatever still opens a connection to show. */
const AFTERWARDS = 100

type Ask = (url: string, agents: NtlmAgents) => Promise<{ status: number }>

const ON_AGENTS: [name: string, ask: Ask][] = [
  ['http.request', (url, agents) => call(url, agents)],
  ['node-fetch', (url, { http: agent }) => fetch(url, { agent })],
  ['superagent', (url, { http: agent }) => superagent.get(url).agent(agent)],
]

/** Where requests stand when their agents are destroyed. */
const STAGES: [name: string, isReached: (seen: Seen) => boolean, pool: AgentOptions][] = [
  ['a NEGOTIATE is not answered', ({ carried }) => carried === 'negotiate', {}],
  [
    'a NEGOTIATE is not answered in a pool of one',
    ({ carried }) => carried === 'negotiate',
    { maxSockets: 1 },
  ],
  ['an AUTHENTICATE is not answered', ({ carried }) => carried === 'authenticate', {}],
  [
    'an AUTHENTICATE is not answered in a pool of two',
    ({ carried }) => carried === 'authenticate',
    { maxSockets: 2 },
  ],
]

/** What was written before is seen before: the server reads the other connections later, and busy machines later still. */
async function settledCount(count: () => number): Promise<number> {
  let last = -1
  for (let same = 0; same < 4; same++) {
    if (count() !== last) same = 0
    last = count()
    await wait(AFTERWARDS)
  }
  return last
}

describe.each(ON_AGENTS)(
  '%s: behind agents.destroy() all that waits fails, and nothing opens',
  (_name, ask) => {
    it.each(STAGES)('while %s', async (_stage, isReached, pool) => {
      const site = await Site.start({ take: isReached })
      const agents = ntlmAgents({ ...ALICE, origins: site.origin }, pool)
      const reached = site.reached(isReached)
      const calls = Array.from({ length: WAITING }, (_, i) => outcomeOf(ask(`${site.origin}/?${i}`, agents)))
      await reached
      const requests = await settledCount(() => site.seen.length)
      agents.destroy()
      const outcomes = await settled(Promise.all(calls))
      await wait(AFTERWARDS)
      expect(outcomes).not.toBe('hangs')
      expect([outcomes].flat().filter((outcome) => typeof outcome === 'number')).toEqual([])
      expect({ requests: site.seen.length, open: site.openConnections }).toEqual({ requests, open: 0 })
      // Those that were on their way already, and no other for whoever came after them.
      expect(site.connections).toBeLessThanOrEqual(pool.maxSockets ?? WAITING)
    })

    it('while a connection is being opened', async () => {
      // It takes the connection and says nothing, which over TLS is the middle of opening one.
      let connections = 0
      const server = createServer((socket) => {
        connections++
        socket.on('error', () => {}).resume()
      })
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      onTestFinished(() => void server.close())
      const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`
      const agents = ntlmAgents({ ...ALICE, origins: '*' }, { maxSockets: 1 })
      const secure = { ...agents, http: agents.https } as unknown as NtlmAgents
      const calls = Array.from({ length: WAITING }, () => outcomeOf(ask(url, secure)))
      await once(server, 'connection')
      agents.destroy()
      const outcomes = await settled(Promise.all(calls))
      await wait(AFTERWARDS)
      expect(outcomes).not.toBe('hangs')
      expect(connections).toBe(1)
    })

    it('while a request waits for a place that another holds', async () => {
      const site = await Site.start({ application: () => true })
      const agents = ntlmAgents({ ...ALICE, origins: site.origin }, { maxSockets: 1 })
      const reached = site.reached(({ carried }) => carried === 'authenticate')
      const calls = Array.from({ length: WAITING }, (_, i) => outcomeOf(ask(`${site.origin}/?${i}`, agents)))
      await reached
      await wait(AFTERWARDS)
      agents.destroy()
      const outcomes = await settled(Promise.all(calls))
      await wait(AFTERWARDS)
      expect(outcomes).not.toBe('hangs')
      expect(site.acts).toHaveLength(1)
      expect({ connections: site.connections, open: site.openConnections }).toEqual({
        connections: 1,
        open: 0,
      })
    })
  },
)

it('agents that are destroyed before a request has a socket fail it with an error event', async () => {
  const site = await Site.start()
  const agents = ntlmAgents({ ...ALICE, origins: site.origin })
  const request = http.get(`${site.origin}/`, { agent: agents.http })
  agents.destroy()
  const [error] = await once(request, 'error')
  expect(error).toBeInstanceOf(Error)
  await wait(AFTERWARDS)
  expect(site.seen).toEqual([])
})
