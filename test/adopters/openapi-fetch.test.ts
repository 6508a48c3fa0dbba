import createClient from 'openapi-fetch'
import { describe, expect, it } from 'vitest'
import { startServer } from '../wire.js'
import { authenticated, fetchFor, PROTOCOLS, seen } from './trial.js'

interface Answered {
  user: string
  path: string
  bodyBytes: number
}

/** As openapi-typescript writes it. */
interface paths {
  '/items/{id}': {
    get: {
      parameters: { path: { id: number } }
      responses: { 200: { content: { 'application/json': Answered } } }
    }
  }
  '/items': {
    post: {
      requestBody: { content: { 'application/json': { title: string } } }
      responses: { 200: { content: { 'application/json': Answered } } }
    }
  }
}

describe.each(PROTOCOLS)('openapi-fetch over %s', (_protocol, options) => {
  it('gets and posts what the schema says', async () => {
    const server = await startServer(options)
    const client = createClient<paths>({ baseUrl: server.origin, fetch: fetchFor(server) })

    const got = await client.GET('/items/{id}', { params: { path: { id: 7 } } })
    const posted = await client.POST('/items', { body: { title: 'New' } })

    expect(got.data).toMatchObject({ user: 'alice', path: '/items/7' })
    expect(posted.data).toMatchObject({ user: 'alice', bodyBytes: 15 })
    expect(seen(server)).toEqual(authenticated(2))
  })
})
