import { Drain, type ResponseHead } from '@ntlmkit/core'
import type { Dispatcher } from 'undici'

type Controller = Dispatcher.DispatchController
type Headers = Record<string, string | string[] | undefined>

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
