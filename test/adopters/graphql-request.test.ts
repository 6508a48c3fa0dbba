import { GraphQLClient, gql } from 'graphql-request'
import { describe, expect, it } from 'vitest'
import { startServer } from '../wire.js'
import { graphqlService } from './applications/graphql-service.js'
import { authenticated, fetchFor, PROTOCOLS, seen } from './trial.js'

describe.each(PROTOCOLS)('graphql-request over %s', (_protocol, options) => {
  it('sends queries, with variables', async () => {
    const server = await startServer({ ...options, handler: graphqlService })
    const client = new GraphQLClient(`${server.origin}/graphql`, { fetch: fetchFor(server) })

    const me = await client.request(gql`{ me }`)
    const greeting = await client.request(gql`query ($name: String!) { greeting(name: $name) }`, {
      name: 'Bob',
    })

    expect(me).toEqual({ me: 'alice' })
    expect(greeting).toEqual({ greeting: 'Hello, Bob' })
    expect(seen(server)).toEqual(authenticated(2))
  })
})
