import type { NtlmAgents } from '@ntlmkit/agent'
import { OnpremiseUserCredentials } from 'node-sp-auth/lib/src/auth/resolvers/OnpremiseUserCredentials.js'
import { create } from 'sp-request'
import { afterEach, describe, expect, it } from 'vitest'
import { ALICE, startServer } from '../wire.js'
import { sharePoint } from './applications/sharepoint.js'
import { agentsFor, authenticated, PROTOCOLS, seen } from './trial.js'

const { getAuth } = OnpremiseUserCredentials.prototype

/** node-sp-auth has no place for another kind of credentials: its own for NTLM gets another way to sign in. */
function signInWith(agents: NtlmAgents): void {
  OnpremiseUserCredentials.prototype.getAuth = async () => ({ headers: {}, options: { agent: agents } })
}

afterEach(() => {
  OnpremiseUserCredentials.prototype.getAuth = getAuth
})

describe.each(PROTOCOLS)('sp-request over %s', (_protocol, options) => {
  it('reads a list, then adds an item with the form digest', async () => {
    const server = await startServer({ ...options, handler: sharePoint() })
    const site = `${server.origin}/sites/team`
    const items = `${site}/_api/web/lists/getbytitle('Announcements')/items`
    signInWith(agentsFor(server))
    const request = create(ALICE)

    const before = await request(items)
    const digest = await request.requestDigest(site)
    const added = await request.post(items, {
      headers: { 'X-RequestDigest': digest },
      body: { Title: 'New' } as never,
    })

    expect(before.body.d.results).toHaveLength(2)
    expect(added.body.d).toEqual({ Id: 3, Title: 'New' })
    expect(seen(server)).toEqual(authenticated(3))
  })
})
