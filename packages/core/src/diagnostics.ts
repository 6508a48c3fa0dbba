import { channel } from 'node:diagnostics_channel'
import { debuglog } from 'node:util'
import type { NtlmError, NtlmPhase } from './errors.js'
import type { Scheme } from './scheme.js'
import { shown } from './shown.js'

/** Published on `ntlmkit:leg` for every answer to a request that carried a token. */
export interface LegEvent {
  origin: string
  /** Counts the connections of this process, from 1. */
  connection: number
  phase: NtlmPhase
  method: string
  scheme: Scheme
  status: number
}

/** Published on `ntlmkit:authenticated` when a connection is. */
export interface AuthenticatedEvent {
  origin: string
  connection: number
  scheme: Scheme
  /** As it was sent: `DOMAIN\user`. */
  account: string
}

/** Published on `ntlmkit:refused` for a final 401 or 407 that is delivered as the response. */
export interface RefusedEvent {
  origin: string
  connection: number
  error: NtlmError
}

const debug = debuglog('ntlmkit')
const leg = channel('ntlmkit:leg')
const authenticated = channel('ntlmkit:authenticated')
const refused = channel('ntlmkit:refused')

/**
 * The events of handshakes, for `NODE_DEBUG=ntlmkit` and diagnostics_channel; never a token, a hash or a key. Only
 * transports publish here; everybody else subscribes to the channels.
 *
 * @internal-for-transports
 */
export const diagnostics = {
  leg(event: LegEvent): void {
    if (debug.enabled) {
      debug(
        '#%d %s %s %s %s: %d',
        event.connection,
        event.origin,
        event.method,
        event.scheme,
        event.phase,
        event.status,
      )
    }
    if (leg.hasSubscribers) leg.publish(event)
  },

  authenticated(event: AuthenticatedEvent): void {
    if (debug.enabled)
      debug('#%d %s authenticated as %s', event.connection, event.origin, shown(event.account))
    if (authenticated.hasSubscribers) authenticated.publish(event)
  },

  refused(event: RefusedEvent): void {
    if (debug.enabled)
      debug(
        '#%d %s %s: %s',
        event.connection,
        event.origin,
        event.error.code,
        shown(event.error.message, 500),
      )
    if (refused.hasSubscribers) refused.publish(event)
  },
}
