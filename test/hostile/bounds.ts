import { expect } from 'vitest'
import type { ScriptedServer } from './scripted-server.js'

/** Requests with a token for one call, whatever the server answers (issue 6). */
const MAX_TOKENS = 3

/** What no server may bring about. */
export function expectBounds(server: ScriptedServer): void {
  const withToken = server.requests.filter(({ leg }) => leg !== 'none')
  expect(withToken.length).toBeLessThanOrEqual(MAX_TOKENS)
  const early = server.requests.filter(({ leg, bodyBytes }) => leg === 'negotiate' && bodyBytes > 0)
  expect(early, 'a body before the CHALLENGE').toEqual([])
}

/** By a signal of the server where one comes at once, and else as soon as the other end is known to have closed. */
export async function expectOpen(server: ScriptedServer, count: number): Promise<void> {
  await expect.poll(() => server.openConnections, { interval: 2, timeout: 5000 }).toBe(count)
}
