import { Drain, isGarbage, isLoss, type LegOutcome, type ResponseHead } from '@ntlmkit/transport'
import type { Dispatcher } from 'undici'

type Controller = Dispatcher.DispatchController
type Headers = Record<string, string | string[] | undefined>

/** The handler of a leg on a connection that has its Client already: keeps the head of the answer, drains the rest. */
export class ClientLegHandler implements Dispatcher.DispatchHandler {
  readonly #drain: Drain
  readonly #done: (outcome: LegOutcome) => void
  readonly #patience: number | undefined
  #timer: NodeJS.Timeout | undefined
  #head: ResponseHead | undefined
  #silent = false

  constructor(origin: string, patience: number | undefined, done: (outcome: LegOutcome) => void) {
    this.#drain = new Drain(origin, 'negotiate')
    this.#patience = patience
    this.#done = done
  }

  onRequestStart(controller: Controller): void {
    if (this.#patience === undefined) return
    this.#timer = setTimeout(() => {
      this.#silent = true
      controller.abort(new Error('The leg was not answered.'))
    }, this.#patience)
  }

  onResponseStart(_controller: Controller, status: number, headers: Headers): void {
    if (status < 200) return
    clearTimeout(this.#timer)
    this.#head = { status, headers }
  }

  onResponseData(controller: Controller, chunk: Buffer): void {
    const tooLarge = this.#drain.take(chunk)
    if (tooLarge) controller.abort(tooLarge)
  }

  onResponseEnd(): void {
    this.#done({ head: this.#head! })
  }

  onResponseError(_controller: Controller, error: Error): void {
    clearTimeout(this.#timer)
    if (this.#silent) this.#done({ silent: true })
    else if (isLoss(error)) this.#done({ lost: error })
    else this.#done(isGarbage(error) ? { garbled: error } : { failed: error })
  }
}
