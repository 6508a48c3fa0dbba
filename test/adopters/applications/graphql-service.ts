import type { IncomingMessage, ServerResponse } from 'node:http'
import { json as readJson } from 'node:stream/consumers'
import { buildSchema, graphql } from 'graphql'

const schema = buildSchema('type Query { me: String, greeting(name: String!): String }')

/** A GraphQL endpoint that knows who asks. */
export async function graphqlService(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { query, variables } = (await readJson(request)) as {
    query: string
    variables?: Record<string, unknown>
  }
  const rootValue = {
    me: request.ntlm?.username,
    greeting: ({ name }: { name: string }) => `Hello, ${name}`,
  }
  const result = await graphql({ schema, source: query, variableValues: variables, rootValue })
  response.setHeader('content-type', 'application/json').end(JSON.stringify(result))
}
