import { afterEach } from 'vitest'
import { createNtlmServer, type NtlmServer, type NtlmServerOptions } from '../src/index.js'
import { RawClient } from './raw-client.js'

export const USERS = { 'LAB\\alice': 'Passw0rd!', 'LAB\\bob': 'Secret2' }

const servers: NtlmServer[] = []
const clients: RawClient[] = []

/** A listening server for this test. */
export async function start(options: Partial<NtlmServerOptions> = {}): Promise<NtlmServer> {
  const server = createNtlmServer({ users: USERS, ...options })
  servers.push(server)
  return server.listen()
}

/** A client with one connection, for this test. */
export function connect(server: NtlmServer, field?: 'Authorization' | 'Proxy-Authorization'): RawClient {
  const client = new RawClient(server, field)
  clients.push(client)
  return client
}

/** Call it once in a test file: what the tests started ends with them. */
export function stopAfterEach(): void {
  afterEach(async () => {
    for (const client of clients.splice(0)) client.close()
    await Promise.all(servers.splice(0).map((server) => server.close()))
  })
}
