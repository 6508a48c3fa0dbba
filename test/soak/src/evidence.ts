import type { AccountReport } from './account.js'
import type { AskedRequest } from './asked-request.js'
import type { Ledger } from './ledger.js'
import type { ServersLeft } from './messages.js'
import type { Quarter } from './quarters.js'
import type { SocketFigures } from './socket-watch.js'

/** All that a run has shown: what is judged, and reported. */
export interface Evidence {
  faultRate: number
  seconds: number
  requestOf: (index: number) => AskedRequest
  ledger: Ledger
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
  /** Of the clients' process: see troubles.ts. */
  troubles: readonly string[]
}
