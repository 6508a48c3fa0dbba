import type { AuthenticatedEvent, LegEvent, RefusedEvent } from '@ntlmkit/core'

/**
 * The events of handshakes by their channel of `node:diagnostics_channel`, over all agents of the process:
 *
 *     subscribe('ntlmkit:authenticated' satisfies keyof HandshakeEvents, (message) => {
 *       const { origin, account } = message as HandshakeEvents['ntlmkit:authenticated']
 *     })
 *
 * None has a token, a hash or a key.
 */
export interface HandshakeEvents {
  /** An answer to a request that carried a token. */
  'ntlmkit:leg': LegEvent
  /** A connection is authenticated. */
  'ntlmkit:authenticated': AuthenticatedEvent
  /** A final 401 is delivered as the response, with why. */
  'ntlmkit:refused': RefusedEvent
}
