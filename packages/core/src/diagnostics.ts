import { channel } from 'node:diagnostics_channel'
import { debuglog } from 'node:util'
import { type AuthenticatedEvent, channels, type LegEvent, type RefusedEvent } from './events.js'
import { traceLine } from './trace-line.js'

const debug = debuglog('ntlmkit')
const leg = channel(channels.leg.name)
const authenticated = channel(channels.authenticated.name)
const refused = channel(channels.refused.name)

/**
 * The events of handshakes, for `NODE_DEBUG=ntlmkit` and diagnostics_channel; never a token, a hash or a key. Only
 * transports publish here; everybody else subscribes to the channels.
 *
 * @internal-for-transports
 */
export const diagnostics = {
  /** True if somebody wants to know of legs: their events take some decoding. */
  get watchesLegs(): boolean {
    return debug.enabled || leg.hasSubscribers
  },

  leg(event: LegEvent): void {
    if (debug.enabled) {
      const { connection, phase, method, url, status, scheme, requestId, target, binding, offers } = event
      write('leg', {
        connection,
        leg: event.leg,
        phase,
        method,
        url,
        status,
        scheme,
        request: requestId,
        flags: event.flags === undefined ? undefined : `0x${event.flags.toString(16).padStart(8, '0')}`,
        target,
        binding,
        ms: event.milliseconds,
        offers: offers.length > 0 ? offers : undefined,
      })
    }
    if (leg.hasSubscribers) leg.publish(event)
  },

  authenticated(event: AuthenticatedEvent): void {
    if (debug.enabled) {
      const { connection, origin, scheme, account, requestId } = event
      write('authenticated', { connection, origin, scheme, account, request: requestId })
    }
    if (authenticated.hasSubscribers) authenticated.publish(event)
  },

  refused(event: RefusedEvent): void {
    if (debug.enabled) {
      const { connection, origin, requestId, offers, error } = event
      const { code, phase, message, hint, findings } = error
      const ids = findings.map(({ id }) => id)
      write('refused', {
        connection,
        origin,
        request: requestId,
        code,
        phase,
        findings: ids.length > 0 ? ids : undefined,
        offers: offers?.length === 0 ? undefined : offers,
        message,
        hint,
      })
    }
    if (refused.hasSubscribers) refused.publish(event)
  },
}

function write(...line: Parameters<typeof traceLine>): void {
  debug('%s', traceLine(...line))
}
