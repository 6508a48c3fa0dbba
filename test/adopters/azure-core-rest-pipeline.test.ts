import {
  createDefaultHttpClient,
  createPipelineFromOptions,
  createPipelineRequest,
} from '@azure/core-rest-pipeline'
import { describe, expect, it } from 'vitest'
import { startServer } from '../wire.js'
import { agentFor, authenticated, PROTOCOLS, seen } from './trial.js'

describe.each(PROTOCOLS)('@azure/core-rest-pipeline over %s', (_protocol, options) => {
  it('takes an agent by its agentPolicy, and posts a body once', async () => {
    const server = await startServer(options)
    const pipeline = createPipelineFromOptions({ agent: agentFor(server) })
    const client = createDefaultHttpClient()
    const send = (body?: string) =>
      pipeline.sendRequest(
        client,
        createPipelineRequest({
          url: server.url,
          allowInsecureConnection: true,
          method: body === undefined ? 'GET' : 'POST',
          body,
        }),
      )

    const got = await send()
    const posted = await send('x'.repeat(100_000))

    expect(JSON.parse(got.bodyAsText!)).toMatchObject({ user: 'alice' })
    expect(JSON.parse(posted.bodyAsText!)).toMatchObject({ user: 'alice', bodyBytes: 100_000 })
    expect(seen(server)).toEqual(authenticated(2))
  })
})
