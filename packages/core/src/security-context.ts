import type { SessionSecurity } from './ntlm/session-security.js'

/** The token that one side sends next, and its view of the context. */
export interface SecurityContextStep {
  /** The token for the other side; absent when there is nothing to send. */
  token?: Uint8Array
  /** True where the context is established as far as this side can tell. */
  complete: boolean
}

/**
 * One side of a GSS-style security context: tokens go in and come out until it is complete. NTLM and SPNEGO look
 * the same to a transport. A mechanism that must ask somebody for its token, as Kerberos asks its KDC, steps by
 * promises: whoever takes any context awaits its steps.
 */
export interface SecurityContext<
  Step extends SecurityContextStep | Promise<SecurityContextStep> =
    | SecurityContextStep
    | Promise<SecurityContextStep>,
> {
  /** @throws {NtlmError} (or rejects with it) when the token is malformed, or what it says cannot be accepted. */
  step(token?: Uint8Array): Step
  /** Signs and seals messages once the context is complete; only if services were asked for beforehand. */
  readonly session?: SessionSecurity | undefined
}
