import { ntlmAgents } from '@ntlmkit/agent'
import fetch3 from 'node-fetch'
import fetch2 from 'node-fetch2'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ALICE, startServer } from '../wire.js'
import { agentFor, agentsFor, authenticated, PROTOCOLS, seen, startPlainServer } from './trial.js'

const VERSIONS = [
  ['node-fetch 2', fetch2 as unknown as typeof fetch3],
  ['node-fetch 3', fetch3],
] as const

describe.each(VERSIONS)('%s', (_version, fetch) => {
  describe.each(PROTOCOLS)('over %s', (_protocol, options) => {
    it('gets, and posts a body once', async () => {
      const server = await startServer(options)
      const agent = agentFor(server)

      const got = await fetch(server.url, { agent })
      const posted = await fetch(server.url, { agent, method: 'POST', body: 'x'.repeat(100_000) })

      expect(await got.json()).toMatchObject({ user: 'alice' })
      expect(await posted.json()).toMatchObject({ user: 'alice', bodyBytes: 100_000 })
      expect(seen(server)).toEqual(authenticated(2))
    })
  })

  it('follows a redirect to another protocol when the agent is a function of the URL', async () => {
    const server = await startServer({ tls: true, channelBinding: 'require' })
    const entrance = await startPlainServer((_request, response) => {
      response.writeHead(302, { location: server.url }).end()
    })
    const agents = agentsFor(server)

    const response = await fetch(entrance, {
      agent: ({ protocol }) => (protocol === 'https:' ? agents.https : agents.http),
    })

    expect(await response.json()).toMatchObject({ user: 'alice' })
    expect(seen(server)).toEqual(authenticated(1))
  })

  it('delivers a final 401 as its response', async () => {
    const server = await startServer()
    const agents = ntlmAgents({ ...ALICE, password: 'wrong', origins: server.origin })
    onTestFinished(() => agents.destroy())

    const response = await fetch(server.url, { agent: agents.http })

    expect(response.status).toBe(401)
    expect(seen(server)).toMatchObject({ requests: 2, failed: ['password'] })
  })
})
