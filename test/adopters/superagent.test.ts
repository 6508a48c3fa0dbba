import superagent from 'superagent'
import { describe, expect, it } from 'vitest'
import { startServer } from '../wire.js'
import { agentFor, authenticated, PROTOCOLS, seen } from './trial.js'

describe.each(PROTOCOLS)('superagent over %s', (_protocol, options) => {
  it('gets, posts JSON and uploads a file', async () => {
    const server = await startServer(options)
    const agent = agentFor(server)

    const got = await superagent.get(server.url).agent(agent)
    const posted = await superagent.post(server.url).agent(agent).send({ title: 'New' })
    const uploaded = await superagent
      .post(server.url)
      .agent(agent)
      .attach('file', Buffer.alloc(50_000), 'file.bin')

    expect(got.body).toMatchObject({ user: 'alice' })
    expect(posted.body).toMatchObject({ user: 'alice', bodyBytes: 15 })
    expect(uploaded.body.bodyBytes).toBeGreaterThan(50_000)
    expect(seen(server)).toEqual(authenticated(3))
  })

  it('has the agent in every request of an instance that sets it as a default', async () => {
    const server = await startServer(options)
    const agent = agentFor(server)
    const client = superagent.agent()
    client.use((request: superagent.SuperAgentRequest) => request.agent(agent))

    for (const _ of [1, 2, 3]) await client.get(server.url)

    expect(seen(server)).toEqual(authenticated(3))
  })
})
