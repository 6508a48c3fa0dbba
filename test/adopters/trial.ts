import { once } from 'node:events'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { type AgentOptions, type NtlmAgents, ntlmAgents } from '@ntlmkit/agent'
import { createNtlmFetch } from '@ntlmkit/fetch'
import type { NtlmServer, NtlmServerOptions } from '@ntlmkit/server'
import { NtlmAgent } from '@ntlmkit/undici'
import { onTestFinished } from 'vitest'
import { ALICE, tally } from '../wire.js'

/** Where a client speaks both; over TLS the server wants the channel binding, as Exchange and IIS may. */
export const PROTOCOLS = [
  ['http', {}],
  ['https, channel binding required', { tls: true, channelBinding: 'require' }],
] as const satisfies [string, Partial<NtlmServerOptions>][]

/** What the server saw of a client: how many requests on how many connections, and as whom they ran. */
export function seen(server: NtlmServer) {
  const answered = server.log.filter(({ status }) => status !== 401)
  return {
    requests: server.log.length,
    connections: server.connections,
    users: tally(answered.map(({ user }) => user)),
    failed: server.log.map(({ failed, violation }) => failed ?? violation).filter(Boolean),
  }
}

/** That of a client which made `calls` calls one after another, or as many as it had `connections`. */
export function authenticated(calls: number, connections = 1) {
  return { requests: calls + connections, connections, users: { alice: calls }, failed: [] }
}

/** Alice's agents for one test. */
export function agentsFor(server: NtlmServer, agentOptions: AgentOptions = {}): NtlmAgents {
  const agents = ntlmAgents({ ...ALICE, origins: server.origin }, { ca: server.ca, ...agentOptions })
  onTestFinished(() => agents.destroy())
  return agents
}

/** The one of the two agents that a URL needs, for clients that take one. */
export function agentFor(server: NtlmServer) {
  const agents = agentsFor(server)
  return server.origin.startsWith('https:') ? agents.https : agents.http
}

/** Alice's dispatcher for one test. */
export function dispatcherFor(server: NtlmServer): NtlmAgent {
  const dispatcher = new NtlmAgent({ ...ALICE, origins: server.origin, connect: { ca: server.ca } })
  onTestFinished(() => dispatcher.close())
  return dispatcher
}

/** A server without authentication, for what adopters put beside the one that has it; it goes with the test. */
export async function startPlainServer(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
  prepare: (server: Server) => void = () => {},
): Promise<string> {
  const server = createServer(handler).listen(0, '127.0.0.1')
  prepare(server)
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Alice's `fetch` for one test, for clients that take one. */
export function fetchFor(server: NtlmServer): typeof fetch {
  const ntlmFetch = createNtlmFetch({ ...ALICE, origins: server.origin, connect: { ca: server.ca } })
  onTestFinished(() => ntlmFetch.close())
  return ntlmFetch
}

/** A proxy that tunnels by CONNECT, and the targets it was asked for; it goes with the test. */
export async function startProxy(): Promise<{ url: string; targets: string[] }> {
  const targets: string[] = []
  const url = await startPlainServer(
    (_request, response) => void response.writeHead(501).end(),
    (server) => {
      server.on('connect', ({ url: target = '' }, socket, head) => {
        targets.push(target)
        const { hostname, port } = new URL(`http://${target}`)
        const upstream = connect(Number(port), hostname, () => {
          socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
          upstream.write(head)
          upstream.pipe(socket).pipe(upstream)
        })
        upstream.on('error', () => socket.destroy())
        socket.on('error', () => upstream.destroy())
      })
    },
  )
  return { url, targets }
}
