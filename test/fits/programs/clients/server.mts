import type { IncomingMessage } from 'node:http'
import { get } from 'node:https'
import { ntlmAgents } from '@ntlmkit/agent'
import { createNtlmServer } from '@ntlmkit/server'
import { login as throughAgent } from './agent.mjs'

/** Logs in to a server of its own first, over TLS and bound to its certificate. */
export async function login(url: string, account: { username: string; password: string }) {
  const users = { [account.username]: account.password }
  const server = await createNtlmServer({ users, tls: true, channelBinding: 'require' }).listen()
  const agents = ntlmAgents({ ...account, origins: server.origin }, { ca: server.ca })
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(server.url, { agent: agents.https }, resolve).on('error', reject)
  })
  response.resume()
  agents.destroy()
  await server.close()
  if (response.statusCode !== 200)
    throw new Error(`The program's own server answered ${response.statusCode}.`)
  return throughAgent(url, account)
}
