import ky from 'ky'
import { describe, expect, it } from 'vitest'
import { startServer } from '../wire.js'
import { authenticated, fetchFor, PROTOCOLS, seen } from './trial.js'

describe.each(PROTOCOLS)('ky over %s', (_protocol, options) => {
  it('gets, and posts JSON', async () => {
    const server = await startServer(options)
    const api = ky.create({ fetch: fetchFor(server), prefixUrl: server.origin })

    const got = await api.get('items').json()
    const posted = await api.post('items', { json: { title: 'New' } }).json()

    expect(got).toMatchObject({ user: 'alice', path: '/items' })
    expect(posted).toMatchObject({ user: 'alice', bodyBytes: 15 })
    expect(seen(server)).toEqual(authenticated(2))
  })

  it('posts a form and a large body, once each', async () => {
    const server = await startServer(options)
    const api = ky.create({ fetch: fetchFor(server), prefixUrl: server.origin })
    const form = new FormData()
    form.set('file', new Blob(['x'.repeat(1000)]), 'file.txt')

    const uploaded = await api.post('upload', { body: form }).json<{ bodyBytes: number }>()
    const large = await api.post('upload', { body: 'x'.repeat(500_000) }).json()

    expect(uploaded.bodyBytes).toBeGreaterThan(1000)
    expect(large).toMatchObject({ user: 'alice', bodyBytes: 500_000 })
    expect(seen(server)).toEqual(authenticated(2))
  })

  it('retries what failed, on the connection it has', async () => {
    let calls = 0
    const server = await startServer({
      ...options,
      handler: (request, response) => {
        calls++
        response.writeHead(calls === 1 ? 503 : 200).end(request.ntlm?.username)
      },
    })
    const api = ky.create({ fetch: fetchFor(server), retry: { limit: 1, delay: () => 1 } })

    expect(await api.get(server.url).text()).toBe('alice')
    expect(seen(server)).toEqual(authenticated(2))
  })

  it('gives its HTTPError for a status', async () => {
    const server = await startServer({
      ...options,
      handler: (_request, response) => void response.writeHead(404).end(),
    })
    const api = ky.create({ fetch: fetchFor(server) })

    await expect(api.get(server.url)).rejects.toMatchObject({ name: 'HTTPError', response: { status: 404 } })
  })

  it('ends a request at its timeout', async () => {
    const server = await startServer({ ...options, handler: () => {} })
    const api = ky.create({ fetch: fetchFor(server), timeout: 200, retry: 0 })

    await expect(api.get(server.url)).rejects.toMatchObject({ name: 'TimeoutError' })
  })
})
