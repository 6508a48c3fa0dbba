import { knownAcrossCopies } from './brand.js'
import type { Finding } from './finding.js'

/** The kind of a failure, in a form a program can branch on. */
export type NtlmErrorCode =
  | 'ERR_NTLM_CONFIG'
  | 'ERR_NTLM_NOT_OFFERED'
  | 'ERR_NTLM_BAD_CHALLENGE'
  | 'ERR_NTLM_DOWNGRADE'
  | 'ERR_NTLM_REJECTED'
  | 'ERR_NTLM_CONNECTION_CLOSED'
  | 'ERR_NTLM_TIMEOUT'
  | 'ERR_NTLM_HTTP2'
  | 'ERR_NTLM_BODY_NOT_REPLAYABLE'
  | 'ERR_NTLM_CHANNEL_BINDING'
  | 'ERR_NTLM_RESPONSE_TOO_LARGE'
  | 'ERR_NTLM_PROXY'
  | 'ERR_NTLM_INTEGRITY'

/** The message of the handshake that was under way, named after the three messages of [MS-NLMP] 1.3.1. */
export type NtlmPhase = 'negotiate' | 'challenge' | 'authenticate'

/** The details of an {@link NtlmError} beside its code and message. */
export interface NtlmErrorDetails {
  /** The next thing the reader can do: one sentence, nothing secret. */
  hint: string
  /** The handshake message that was under way; absent before a handshake (options) and after one. */
  phase?: NtlmPhase | undefined
  /** The error underneath, if there is one. */
  cause?: unknown
  /** The causes that what was seen may have, the likeliest first. Default: none. */
  findings?: readonly Finding[] | undefined
}

/**
 * The one error class of ntlmkit. Its message says what was seen, its `hint` what to do next; neither ever
 * contains a password, a hash, a session key or an AUTHENTICATE token.
 */
export class NtlmError extends Error {
  readonly code: NtlmErrorCode
  readonly phase: NtlmPhase | undefined
  readonly hint: string
  /** The causes that what was seen may have, the likeliest first; empty where nothing was seen. */
  readonly findings: readonly Finding[]

  constructor(code: NtlmErrorCode, message: string, details: NtlmErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.phase = details.phase
    this.hint = details.hint
    this.findings = details.findings ?? []
  }

  /** Makes a logger's JSON as useful as the stack: `JSON.stringify(error)` has the message too. */
  toJSON(): {
    name: string
    code: NtlmErrorCode
    phase: NtlmPhase | undefined
    message: string
    hint: string
    findings: readonly Finding[]
  } {
    const { name, code, phase, message, hint, findings } = this
    return { name, code, phase, message, hint, findings }
  }
}

knownAcrossCopies(NtlmError, 'NtlmError')
Object.defineProperty(NtlmError.prototype, 'name', { value: 'NtlmError', configurable: true, writable: true })

/**
 * Adds to an error, before anybody has it, what a transport has found out: the hint is the first finding's next step.
 *
 * @internal-for-transports
 */
export function explain(error: NtlmError, findings: readonly Finding[]): void {
  const [first] = findings
  if (first !== undefined) Object.assign(error, { findings, hint: first.nextStep })
}

/** A message or token from outside that does not keep to its format. */
export function malformed(what: string, details: Partial<NtlmErrorDetails> = {}): NtlmError {
  return new NtlmError('ERR_NTLM_BAD_CHALLENGE', what, {
    phase: 'challenge',
    hint: 'The bytes are not what [MS-NLMP] prescribes: look for a proxy or gateway that rewrites the header.',
    ...details,
  })
}

/** An option that cannot be honoured. */
export function badOption(message: string, hint: string, cause?: unknown): NtlmError {
  return new NtlmError('ERR_NTLM_CONFIG', message, { hint, cause })
}
