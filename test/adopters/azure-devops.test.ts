import https from 'node:https'
import type { NtlmAgents } from '@ntlmkit/agent'
import { WebApi } from 'azure-devops-node-api'
import type { IRequestHandler } from 'azure-devops-node-api/interfaces/common/VsoBaseInterfaces.js'
import { RestClient } from 'typed-rest-client/RestClient.js'
import { describe, expect, it } from 'vitest'
import { startServer } from '../wire.js'
import { teamFoundation } from './applications/team-foundation.js'
import { agentsFor, authenticated, PROTOCOLS, seen } from './trial.js'

/** A handler in the place of `getNtlmHandler(...)`: it gives each request its agent, and all else happens there. */
function ntlmHandler(agents: NtlmAgents): IRequestHandler {
  return {
    prepareRequest(request) {
      // By now it has the plain agent that its URL takes.
      const isSecure = request.agent instanceof https.Agent
      request.agent = isSecure ? agents.https : agents.http
    },
    canHandleAuthentication: () => false,
    handleAuthentication: async () => {
      throw new Error('The agents authenticate.')
    },
  }
}

describe.each(PROTOCOLS)('over %s', (_protocol, options) => {
  it('azure-devops-node-api lists the projects of a collection', async () => {
    const server = await startServer({ ...options, handler: teamFoundation })
    const api = new WebApi(`${server.origin}/DefaultCollection`, ntlmHandler(agentsFor(server)))

    const core = await api.getCoreApi()
    const projects = await core.getProjects()

    expect(projects.map(({ name }) => name)).toEqual(['Website', 'Payroll'])
    const calls = server.log.length - 1
    expect(seen(server)).toEqual(authenticated(calls))
  })

  it('typed-rest-client creates a resource', async () => {
    const server = await startServer(options)
    const client = new RestClient('adopter', server.origin, [ntlmHandler(agentsFor(server)) as never])

    const { result } = await client.create<{ user: string; bodyBytes: number }>('/things', { title: 'New' })

    expect(result).toMatchObject({ user: 'alice', bodyBytes: expect.any(Number) })
    expect(seen(server)).toEqual(authenticated(1))
  })
})
