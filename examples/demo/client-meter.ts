import { subscribe } from 'node:diagnostics_channel'
import type { AuthenticatedEvent } from '@ntlmkit/core'
import { countNodeHttp } from './node-http-counts.js'
import { countUndici } from './undici-counts.js'
import type { Meter, WireCounts } from './wire-counts.js'

/** Counts on this side, for a server that cannot be asked. ntlmkit's own diagnostics channel tells who it was as. */
export function clientMeter(): Meter {
  const counts: WireCounts = { requests: 0, connections: 0, bodyBytes: 0, users: [] }
  const users = new Set<string>()
  countUndici(counts)
  countNodeHttp(counts)
  subscribe('ntlmkit:authenticated', (message) => void users.add((message as AuthenticatedEvent).account))

  return {
    countedBy: 'counted by the client',
    reset: () => {
      Object.assign(counts, { requests: 0, connections: 0, bodyBytes: 0 })
      users.clear()
    },
    read: () => ({ ...counts, users: [...users] }),
  }
}
