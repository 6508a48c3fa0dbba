import type { NtlmError, NtlmPhase } from '@ntlmkit/core'
import { responseTooLarge } from '../rules/failures.js'

/** Bytes of body that an answer nobody waits for may have: they are read and thrown away. */
export const MAX_DRAINED = 1024 * 1024

/** Counts the body of an answer that the client will not see, which is read to its end: up to 1 MiB. */
export class Drain {
  readonly #origin: string
  readonly #phase: NtlmPhase
  #drained = 0

  constructor(origin: string, phase: NtlmPhase) {
    this.#origin = origin
    this.#phase = phase
  }

  /** The error (ERR_NTLM_RESPONSE_TOO_LARGE) when the body is too long, once. */
  take(chunk: Uint8Array): NtlmError | undefined {
    const before = this.#drained
    this.#drained += chunk.length
    if (before > MAX_DRAINED || this.#drained <= MAX_DRAINED) return undefined
    return responseTooLarge(this.#origin, MAX_DRAINED, this.#phase)
  }
}
