import { expect } from 'vitest'
import type { ScriptedServer } from './scripted-server.js'

/** Requests with a token for one call, whatever the server answers (issue 6). */
const MAX_TOKENS = 3
/** And one without: the one that showed that a HEAD which was let pass tells nothing. */
const MAX_REQUESTS = MAX_TOKENS + 1

/** A handshake whose connection is lost begins anew, twice at most (docs: rules of the wire, 2). */
const MAX_CONNECTIONS = 3
/** What is lost behind an AUTHENTICATE may have been an attempt to log on: one more, and no third. */
const MAX_LOST_ATTEMPTS = 2

/** What no server may bring about. */
export function expectBounds(server: ScriptedServer): void {
  expect(tokens(server)).toBeLessThanOrEqual(MAX_TOKENS)
  expect(server.requests.length).toBeLessThanOrEqual(MAX_REQUESTS)
  expectNothingEarly(server)
}

/** What no server may bring about by losing connections in the middle of a handshake. */
export function expectBoundsOfLoss(server: ScriptedServer): void {
  expect(lostHandshakes(server)).toBeLessThanOrEqual(MAX_CONNECTIONS)
  expect(attempts(server)).toBeLessThanOrEqual(MAX_LOST_ATTEMPTS)
  expectNothingEarly(server)
}

/** Connections whose last request was in a handshake: behind an answer to another one, closing loses nothing. */
function lostHandshakes({ requests }: ScriptedServer): number {
  const last = new Map(requests.map(({ connection, leg }) => [connection, leg]))
  return [...last.values()].filter((leg) => leg !== 'none').length
}

/** How often a password was tried. */
export function attempts(server: ScriptedServer): number {
  return server.requests.filter(({ leg }) => leg === 'AUTHENTICATE').length
}

function tokens(server: ScriptedServer): number {
  return server.requests.filter(({ leg }) => leg !== 'none').length
}

function expectNothingEarly(server: ScriptedServer): void {
  const early = server.requests.filter(({ leg, bodyBytes }) => leg === 'NEGOTIATE' && bodyBytes > 0)
  expect(early, 'a body before the CHALLENGE').toEqual([])
}

/** As soon as the server knows of it. */
export async function expectOpen(server: ScriptedServer, count: number): Promise<void> {
  await expect.poll(() => server.openConnections, { interval: 2, timeout: 5000 }).toBe(count)
}
