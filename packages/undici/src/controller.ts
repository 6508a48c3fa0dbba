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
  #takesPauses = true
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

  /** A handler of undici's old kind says of an interim answer that it wants no more, as `fetch` does, and never resumes. */
  withoutPauses(tell: () => void): void {
    this.#takesPauses = false
    tell()
    this.#takesPauses = true
  }

  pause(): void {
    if (!this.#takesPauses) return
    this.#paused = true
    this.#current?.pause()
  }

  resume(): void {
    this.#paused = false
    this.#current?.resume()
  }
}
