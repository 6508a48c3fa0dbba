import type { AccountReport } from './account.js'
import type { ProcessMemory } from './process-memory.js'
import type { ServerName } from './session-plans.js'

/** What the process of the servers is started with. */
export interface ServerStart {
  is: 'start'
  seed: number
  faultRate: number
  requests: number
}

export type ToServers = ServerStart | { is: 'measure' } | { is: 'finish' }

export type FromServers =
  | { is: 'ready'; origins: Record<ServerName, string>; ca: string }
  /** Sent all the time. */
  | { is: 'sockets'; open: number }
  /** Answers `measure`. */
  | { is: 'memory'; memory: ProcessMemory }
  /** Answers `finish`, once all connections are closed or the time for that is over. */
  | { is: 'finished'; account: AccountReport; left: ServersLeft }

export interface ServersLeft {
  openSockets: number
  connections: number
  /** By kind. */
  injected: Record<string, number>
  /** Unhandled rejections, exceptions nobody caught, and warnings. */
  troubles: string[]
}
