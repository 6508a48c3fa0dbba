import type { Dispatcher } from 'undici'

type Controller = Dispatcher.DispatchController

/**
 * What the client's handler holds: one controller for the whole request, whichever leg or connection it is on. It
 * passes everything on to the controller of the moment.
 */
export class ExchangeController implements Controller {
  readonly #onAbort: (reason: Error) => void
  #current: Controller | undefined
  #paused = false
  #aborted = false
  #reason: Error | null = null

  /** @param onAbort called once, also while the request waits for a connection. */
  constructor(onAbort: (reason: Error) => void) {
    this.#onAbort = onAbort
  }

  get aborted(): boolean {
    return this.#aborted
  }

  get reason(): Error | null {
    return this.#reason
  }

  get paused(): boolean {
    return this.#paused
  }

  get rawHeaders(): Controller['rawHeaders'] {
    return this.#current?.rawHeaders
  }

  get rawTrailers(): Controller['rawTrailers'] {
    return this.#current?.rawTrailers
  }

  attach(current: Controller): void {
    this.#current = current
    if (this.#paused) current.pause()
  }

  abort(reason: Error): void {
    if (this.#aborted) return
    this.#aborted = true
    this.#reason = reason
    this.#onAbort(reason)
  }

  pause(): void {
    this.#paused = true
    this.#current?.pause()
  }

  resume(): void {
    this.#paused = false
    this.#current?.resume()
  }
}
