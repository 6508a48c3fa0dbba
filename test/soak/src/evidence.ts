import type { AccountReport } from './account.js'
import type { ClientLedger } from './client-ledger.js'
import type { ServersLeft } from './messages.js'
import type { Quarter } from './quarters.js'
import type { DrawnRequest } from './request-source.js'
import type { HeldAtRest } from './rest.js'
import type { SocketFigures } from './socket-watch.js'

/** All that a run has shown: what is judged, and reported. */
export interface Evidence {
  faultRate: number
  seconds: number
  requestOf: (index: number) => DrawnRequest
  ledger: ClientLedger
  /** Requests that never ended. */
  hanging: readonly number[]
  account: AccountReport
  left: ServersLeft
  sockets: {
    clients: SocketFigures
    servers: SocketFigures
    /** Open in the clients' process when all sessions were closed. */
    clientsLeft: number
  }
  quarters: readonly Quarter[]
  heldAtRest: HeldAtRest | undefined
  /** Of the clients' process: see troubles.ts. */
  troubles: readonly string[]
}
