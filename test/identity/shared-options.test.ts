import { Agent } from 'node:http'
import { type AgentOptions, ntlmAgents } from '@ntlmkit/agent'
import { ntlm as ntlmForAxios } from '@ntlmkit/axios'
import { ntlm as ntlmForGot } from '@ntlmkit/got'
import type { NtlmServer } from '@ntlmkit/server'
import { NtlmAgent, type NtlmAgentOptions } from '@ntlmkit/undici'
import axios from 'axios'
import got from 'got'
import { describe, expect, it, onTestFinished } from 'vitest'
import { call } from '../client-matrix.js'
import { call as request } from '../undici-agents.js'
import { ALICE, BOB, concurrently, startServer } from '../wire.js'

type Ask = (path: string) => Promise<string | undefined>
/** Opens the same session twice, with everything but the identity the very same. */
type OpenBoth = (server: NtlmServer) => [alice: Ask, bob: Ask]

const userOf = (text: string) => (JSON.parse(text) as { user: string }).user

const agents: OpenBoth = (server) => {
  const shared: AgentOptions = { maxSockets: 3, http: { maxFreeSockets: 2 } }
  return both((identity) => {
    const pool = ntlmAgents({ ...identity, origins: server.origin }, shared)
    onTestFinished(() => pool.destroy())
    return async (path) => (await call(server.origin + path, pool)).user
  })
}

const axiosInstances: OpenBoth = (server) => {
  const shared: AgentOptions = { maxSockets: 3 }
  const defaults = {
    baseURL: server.origin,
    responseType: 'text',
    httpAgent: new Agent({ maxSockets: 2 }),
  } as const
  return both((identity) => {
    const instance = ntlmForAxios(axios.create(defaults), identity, shared)
    return async (path) => userOf((await instance.get<string>(path)).data)
  })
}

const gotInstances: OpenBoth = (server) => {
  const shared: AgentOptions = { maxSockets: 3 }
  const base = got.extend({ prefixUrl: server.origin })
  return both((identity) => {
    const instance = base.extend(ntlmForGot(identity, shared))
    return async (path) => userOf(await instance(path.slice(1)).text())
  })
}

const dispatchers: OpenBoth = (server) => {
  const shared: Partial<NtlmAgentOptions> = {
    connections: 3,
    connect: {},
    client: { keepAliveTimeout: 1000 },
  }
  return both((identity) => {
    const dispatcher = new NtlmAgent({ ...identity, origins: server.origin, ...shared } as NtlmAgentOptions)
    onTestFinished(() => dispatcher.destroy())
    return async (path) => (await request(server.origin + path, { dispatcher })).user
  })
}

function both(open: (identity: typeof ALICE) => Ask): [Ask, Ask] {
  return [open(ALICE), open(BOB)]
}

describe('two users who share every options object never meet on a connection', () => {
  it.each([
    ['agents', agents],
    ['axios instances, with one http.Agent for both', axiosInstances],
    ['got instances, extended from one', gotInstances],
    ['dispatchers', dispatchers],
  ])('%s', async (_name, open) => {
    const server = await startServer()
    const askers = open(server)
    const users = await concurrently(12, 60, (i) => askers[i % 2](`/?${i}`))
    expect(users).toEqual(users.map((_, i) => ['alice', 'bob'][i % 2]))

    const usersOf = new Map<number, Set<string | undefined>>()
    for (const { connection, user } of server.log.filter((record) => record.user !== undefined)) {
      usersOf.set(connection, (usersOf.get(connection) ?? new Set()).add(user))
    }
    expect(usersOf.size).toBe(server.connections)
    expect([...usersOf.values()].filter(({ size }) => size !== 1)).toEqual([])
    expect(server.log.filter(({ violation }) => violation)).toEqual([])
  })
})
