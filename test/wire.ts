import { createNtlmServer, type NtlmServer, type NtlmServerOptions } from '@ntlmkit/server'
import { onTestFinished } from 'vitest'

export const ALICE = { username: 'LAB\\alice', password: 'Passw0rd!' }
export const BOB = { username: 'LAB\\bob', password: 'Secret-2' }

/** A server for one test, which knows Alice and Bob; it goes with the test. */
export async function startServer(options: Partial<NtlmServerOptions> = {}): Promise<NtlmServer> {
  const users = { [ALICE.username]: ALICE.password, [BOB.username]: BOB.password }
  const server = createNtlmServer({ users, ...options })
  await server.listen()
  onTestFinished(() => server.close())
  return server
}

/** What went over the wire, as the server saw it. */
export interface Wire {
  requests: number
  connections: number
  bodyBytes: number
}

export function wire(server: NtlmServer): Wire {
  return {
    requests: server.log.length,
    connections: server.connections,
    bodyBytes: server.log.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0),
  }
}

/** The requests in short: `HEAD negotiate 401`. */
export function legs(server: NtlmServer): string[] {
  return server.log.map(({ method, leg, status }) => `${method} ${leg} ${status}`)
}

/** Makes `count` calls, `width` at a time. */
export async function concurrently<T>(
  width: number,
  count: number,
  call: (index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = new Array(count)
  let next = 0
  const worker = async () => {
    for (let index = next++; index < count; index = next++) results[index] = await call(index)
  }
  await Promise.all(Array.from({ length: Math.min(width, count) }, worker))
  return results
}

/** How often each value occurs. */
export function tally(values: Iterable<unknown>): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const value of values) counts[String(value)] = (counts[String(value)] ?? 0) + 1
  return counts
}
