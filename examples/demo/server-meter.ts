import type { NtlmServer } from '@ntlmkit/server'
import type { Meter } from './wire-counts.js'

/** Counts what the embedded server saw: nothing a client could leave out. */
export function serverMeter(server: NtlmServer): Meter {
  return {
    countedBy: 'counted by the server',
    reset: () => server.clear(),
    read: () => {
      const served = server.log.filter(({ status }) => status < 400)
      return {
        requests: server.log.length,
        connections: server.connections,
        bodyBytes: server.log.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0),
        users: [...new Set(served.map(({ domain, user }) => `${domain}\\${user}`))],
      }
    },
  }
}
