import { createFetch } from 'ofetch'
import { describe, expect, it } from 'vitest'
import { startServer } from '../wire.js'
import { authenticated, fetchFor, PROTOCOLS, seen } from './trial.js'

describe.each(PROTOCOLS)('ofetch over %s', (_protocol, options) => {
  it('gets, and posts JSON', async () => {
    const server = await startServer(options)
    const api = createFetch({ fetch: fetchFor(server), defaults: { baseURL: server.origin } })

    const got = await api('/items')
    const posted = await api('/items', { method: 'POST', body: { title: 'New' } })

    expect(got).toMatchObject({ user: 'alice', path: '/items' })
    expect(posted).toMatchObject({ user: 'alice', bodyBytes: 15 })
    expect(seen(server)).toEqual(authenticated(2))
  })

  it('gives its FetchError for a final 401', async () => {
    const server = await startServer({
      ...options,
      handler: (_request, response) => void response.writeHead(401).end(),
    })
    const api = createFetch({ fetch: fetchFor(server) })

    await expect(api(server.url, { retry: 0 })).rejects.toMatchObject({ name: 'FetchError', statusCode: 401 })
  })
})
