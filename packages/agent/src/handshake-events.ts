import type { AuthenticatedEvent, LegEvent, RefusedEvent } from '@ntlmkit/core'

/**
 * The events of handshakes by the name of their channel of `node:diagnostics_channel`, over all agents of the process:
 * `channels` has them with their types. None has a token, a hash or a key.
 */
export interface HandshakeEvents {
  /** An answer to a request that carried a token. */
  'ntlmkit:leg': LegEvent
  /** A connection is authenticated. */
  'ntlmkit:authenticated': AuthenticatedEvent
  /** A final 401 is delivered as the response, or a request fails, with why. */
  'ntlmkit:refused': RefusedEvent
}
