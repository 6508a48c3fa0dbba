import type { NtlmError, NtlmPhase } from '../errors.js'
import { responseTooLarge } from './failures.js'

/** What a leg's answer may have for a body, in bytes: it is read and thrown away before the next leg. */
const MAX_DRAINED = 1024 * 1024

/**
 * What describes a body, asks for an upgrade, rules one connection, or makes the request conditional: none of it
 * belongs to a leg, which is the same URL asked without a body.
 */
const NOT_IN_A_LEG =
  /^(?:content-.*|transfer-encoding|trailer|te|expect|upgrade|connection|keep-alive|sec-websocket-.*|range|if-.*|authorization)$/i

/** Whether a field of the client's request also goes out with its legs. */
export function belongsToLeg(fieldName: string): boolean {
  return !NOT_IN_A_LEG.test(fieldName)
}

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
