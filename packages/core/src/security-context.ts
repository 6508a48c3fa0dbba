import type { SessionSecurity } from './ntlm/session-security.js'

/** What one side sends next, and whether it expects anything more. */
export interface SecurityContextStep {
  /** The token for the other side; absent when there is nothing to send. */
  token?: Uint8Array
  /** Whether the context is established as far as this side can tell. */
  complete: boolean
}

/**
 * One side of a GSS-style security context: tokens go in and come out until it is complete. NTLM and SPNEGO look
 * the same to a transport.
 */
export interface SecurityContext {
  /** @throws {NtlmError} when the token is malformed, or what it says cannot be accepted. */
  step(token?: Uint8Array): SecurityContextStep
  /** Signs and seals messages once the context is complete; only if services were asked for beforehand. */
  readonly session?: SessionSecurity
}
