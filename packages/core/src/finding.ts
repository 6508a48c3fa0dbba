/** The stable name of a cause: what a program can branch on, and what docs/errors.md is sorted by. */
export type FindingId =
  | 'wrong-credentials'
  | 'domain-form'
  | 'rejected-cooling-down'
  | 'missing-rights'
  | 'binding-mismatch'
  | 'binding-off'
  | 'binding-needs-tls'
  | 'not-offered'
  | 'kerberos-only'
  | 'ntlm-refused-in-negotiate'
  | 'http2'
  | 'connection-not-kept'
  | 'legs-spread'
  | 'closed-between-legs'
  | 'clock-skew'
  | 'ntlmv1-only'
  | 'workstation-restricted'
  | 'anonymous'
  | 'login-page'
  | 'proxy-asks'
  | 'name-is-alias'
  | 'origin-not-listed'
  | 'own-authorization'
  | 'client-bypassed'
  | 'runtime-ignores-dispatcher'
  | 'body-goes-once'
  | 'head-not-served'
  | 'timeout'
  | 'server-stopped'

/** How much of a finding was seen: all of it, or what it commonly looks like. */
export type Likelihood = 'certain' | 'likely' | 'possible'

/** One cause that a failure may have, never claimed further than what was seen proves. */
export interface Finding {
  readonly id: FindingId
  readonly likelihood: Likelihood
  /** The thing that was seen, in one sentence; nothing secret. */
  readonly evidence: string
  /** The next thing to do, in a sentence or two. */
  readonly nextStep: string
}
