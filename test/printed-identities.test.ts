import { request } from 'node:http'
import { inspect, stripVTControlCharacters } from 'node:util'
import { identities as agentsByUser, ntlmAgents } from '@ntlmkit/agent'
import { ntlm as ntlmForAxios } from '@ntlmkit/axios'
import { createNtlmFetch, identities as fetchesByUser } from '@ntlmkit/fetch'
import { ntlm as ntlmForGot } from '@ntlmkit/got'
import { NtlmAgent } from '@ntlmkit/undici'
import axios from 'axios'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ALICE, startServer } from './wire.js'

const SECRETS = /Passw0rd|a passphrase|BEGIN CERT/
const tls = { passphrase: 'a passphrase', ca: '-----BEGIN CERT' }
const none = { open: 0, free: 0 }
const shown = (origins: unknown, connections: object = none) => ({
  account: 'LAB\\alice',
  origins,
  connections,
})

describe('what prints an identity shows account, origins and connections, and no secret', () => {
  const options = { ...ALICE, origins: ['https://a.corp/', 'http://*.b.corp'] }
  const seen = shown(['https://a.corp', 'http://*.b.corp'])
  const agents = () => ntlmAgents(options, tls)

  it.each<[string, () => object, object, RegExp]>([
    [
      'NtlmAgent',
      () => new NtlmAgent({ ...options, connect: tls }),
      seen,
      /^NtlmAgent \{\s+account: 'LAB\\\\alice'/,
    ],
    ['ntlmAgents()', agents, seen, /^NtlmAgents \{\s+account: 'LAB\\\\alice'/],
    ['its https agent', () => agents().https, seen, /^NtlmHttpsAgent \{\s+account:/],
    ['an agent for one request', () => agents().track({}).http, seen, /^NtlmHttpAgent \{\s+account:/],
    ['a fetch', () => createNtlmFetch(options), { agent: seen }, /^NtlmFetch \{\s+agent: NtlmAgent \{/],
    [
      'axios’s adapter',
      () => ntlmForAxios(axios.create(), options, tls).defaults.adapter as never,
      { agents: seen },
      /^NtlmAdapter \{\s+agents: NtlmAgents \{/,
    ],
    [
      'got’s extension',
      () => ntlmForGot(options, tls),
      { agents: seen },
      /^NtlmExtension \{\s+agents: NtlmAgents \{/,
    ],
    [
      'identities',
      () => {
        const users = agentsByUser({ origins: options.origins }, tls)
        users.for(ALICE)
        return users
      },
      { max: 100, kept: { 'LAB\\alice': seen } },
      /^Identities \{\s+max: 100,\s+kept: \{\s+'LAB\\\\alice': NtlmAgents \{/,
    ],
    [
      'identities of fetch',
      () => {
        const users = fetchesByUser({ origins: options.origins })
        users.for(ALICE)
        return users
      },
      { agents: { max: 100, kept: { 'LAB\\alice': seen } } },
      /^Identities \{\s+agents: Identities \{/,
    ],
  ])('%s', (_what, make, json, text) => {
    const made = make()
    expect(JSON.parse(JSON.stringify(made))).toEqual(json)
    expect(inspect(made)).toMatch(text)
    const all = [
      JSON.stringify(made),
      inspect(made, { depth: 20, showHidden: true }),
      inspect({ made }),
    ].join()
    expect(all).not.toMatch(SECRETS)
  })

  it('keeps to the depth and the colours that were asked for', () => {
    const agent = new NtlmAgent({ ...options })
    expect(inspect(agent, { depth: 0 })).toContain('connections: [Object]')
    expect(inspect({ a: { agent } }, { depth: 1 })).toContain('agent: [NtlmAgent]')
    const coloured = inspect(agent, { colors: true })
    expect(coloured).not.toBe(inspect(agent))
    expect(stripVTControlCharacters(coloured)).toBe(inspect(agent))
  })

  it.each([
    ['*', '*'],
    [() => true, 'by a function'],
  ])('says how origins are chosen that are not listed', (origins, said) => {
    expect(new NtlmAgent({ ...ALICE, origins })).toHaveProperty('toJSON')
    expect(JSON.parse(JSON.stringify(new NtlmAgent({ ...ALICE, origins })))).toEqual(shown(said))
  })

  it('counts connections, the free ones apart', async () => {
    const server = await startServer()
    const dispatcher = new NtlmAgent({ ...ALICE, origins: server.origin })
    onTestFinished(() => dispatcher.destroy())
    const agents = ntlmAgents({ ...ALICE, origins: server.origin })
    onTestFinished(() => agents.destroy())
    const response = await dispatcher.request({ origin: server.origin, path: '/', method: 'GET' })
    await response.body.dump()
    await new Promise<void>((resolve, reject) => {
      const sent = request(server.url, { agent: agents.http }, (answer) =>
        answer.resume().on('close', resolve),
      )
      sent.on('error', reject).end()
    })
    await new Promise(setImmediate)
    for (const made of [dispatcher, agents, agents.http]) {
      expect(JSON.parse(JSON.stringify(made))).toEqual(shown([server.origin], { open: 1, free: 1 }))
    }
  })
})
