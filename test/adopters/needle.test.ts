import needle from 'needle'
import { describe, expect, it } from 'vitest'
import { startServer } from '../wire.js'
import { agentFor, authenticated, PROTOCOLS, seen } from './trial.js'

describe.each(PROTOCOLS)('needle over %s', (_protocol, options) => {
  it('gets, and posts JSON', async () => {
    const server = await startServer(options)
    const agent = agentFor(server)

    const got = await needle('get', server.url, null, { agent })
    const posted = await needle('post', server.url, { title: 'New' }, { agent, json: true })

    expect(got.body).toMatchObject({ user: 'alice' })
    expect(posted.body).toMatchObject({ user: 'alice', bodyBytes: 15 })
    expect(seen(server)).toEqual(authenticated(2))
  })

  it('takes another connection behind a redirect, whose answer needle leaves unread', async () => {
    const server = await startServer({
      ...options,
      handler: (request, response) => {
        if (request.url === '/') response.writeHead(302, { location: '/there' }).end()
        else response.end(request.ntlm?.username)
      },
    })

    const { body } = await needle('get', server.url, null, { agent: agentFor(server), follow_max: 5 })

    expect(String(body)).toBe('alice')
    expect(seen(server)).toEqual(authenticated(2, 2))
  })
})
