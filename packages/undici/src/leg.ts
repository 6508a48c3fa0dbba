import { failures, type NtlmError, type NtlmPhase, type ResponseHead } from '@ntlmkit/core'
import type { Dispatcher } from 'undici'

type Controller = Dispatcher.DispatchController
type Headers = Record<string, string | string[] | undefined>

/** What a leg's answer may have for a body, in bytes: it is read and thrown away before the next leg. */
const MAX_DRAINED = 1024 * 1024

/** Reads an answer that the client will not see to its end, so that the connection can be used again. */
export class Drain {
  readonly #origin: string
  readonly #phase: NtlmPhase
  #drained = 0

  constructor(origin: string, phase: NtlmPhase) {
    this.#origin = origin
    this.#phase = phase
  }

  /** The error when the body is too long, once. */
  take(chunk: Uint8Array): NtlmError | undefined {
    const before = this.#drained
    this.#drained += chunk.length
    if (before > MAX_DRAINED || this.#drained <= MAX_DRAINED) return undefined
    return failures.responseTooLarge(this.#origin, MAX_DRAINED, this.#phase)
  }
}

/** Handles one leg of a handshake: keeps the head of its answer and drains the rest. */
export class LegHandler implements Dispatcher.DispatchHandler {
  readonly #drain: Drain
  readonly #done: (error: Error | null, head?: ResponseHead) => void
  #head: ResponseHead | undefined

  constructor(origin: string, done: (error: Error | null, head?: ResponseHead) => void) {
    this.#drain = new Drain(origin, 'negotiate')
    this.#done = done
  }

  onRequestStart(): void {}

  onResponseStart(_controller: Controller, status: number, headers: Headers): void {
    if (status >= 200) this.#head = { status, headers }
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    const tooLarge = this.#drain.take(chunk)
    if (tooLarge) controller.abort(tooLarge)
  }

  onResponseEnd(): void {
    this.#done(null, this.#head)
  }

  onResponseError(_controller: Controller, error: Error): void {
    this.#done(error)
  }
}
