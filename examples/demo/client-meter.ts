import { subscribe } from 'node:diagnostics_channel'
import type { AuthenticatedEvent } from '@ntlmkit/core'
import type { Meter, WireCounts } from './wire-counts.js'

/**
 * Counts on this side, for a server that cannot be asked: by undici's diagnostics channels what was written, by
 * ntlmkit's who it was as.
 */
export function clientMeter(): Meter {
  let counts = nothing()
  const users = new Set<string>()

  subscribe('undici:client:connected', () => void counts.connections++)
  subscribe('undici:client:sendHeaders', () => void counts.requests++)
  subscribe('undici:request:bodyChunkSent', (message) => {
    counts.bodyBytes += Buffer.byteLength((message as { chunk: string | Uint8Array }).chunk)
  })
  subscribe('ntlmkit:authenticated', (message) => void users.add((message as AuthenticatedEvent).account))

  return {
    countedBy: 'counted by the client',
    reset: () => {
      counts = nothing()
      users.clear()
    },
    read: () => ({ ...counts, users: [...users] }),
  }
}

function nothing(): WireCounts {
  return { requests: 0, connections: 0, bodyBytes: 0, users: [] }
}
