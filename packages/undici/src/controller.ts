import type { Dispatcher } from 'undici'

type Controller = Dispatcher.DispatchController

/**
 * The one controller that a client's handler holds for the whole request, whichever leg or connection it is on. It passes
 * everything on to the controller of the moment.
 */
export class ExchangeController implements Controller {
  /** Interceptors change these in place, or put others here. */
  rawHeaders: Controller['rawHeaders']
  rawTrailers: Controller['rawTrailers']
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
