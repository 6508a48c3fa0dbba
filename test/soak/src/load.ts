import { setTimeout as delay } from 'node:timers/promises'
import type { CallOptions, Session } from '#clients'
import { bodyOption } from '#load/asked-request'
import { bodyOf } from './body.js'
import type { ClientLedger } from './client-ledger.js'
import type { Patience } from './patience.js'
import type { DrawnRequest, RequestSource } from './request-source.js'
import type { Seat } from './seat.js'

/** Of a stream, in bytes: several to a body. */
const PIECE = 8 * 1024

export interface LoadOptions {
  requests: number
  concurrency: number
  source: RequestSource
  seats: readonly Seat[]
  patience: Patience
  ledger: ClientLedger
}

/** Makes the requests of a run, so many at a time. */
export class Load {
  readonly #options: LoadOptions
  #next = 0
  #stopped = false
  #underWay = 0
  /** While there is a rest: resolves at its end. */
  #rest: Promise<void> | undefined
  #lastSettled = () => {}

  constructor(options: LoadOptions) {
    this.#options = options
  }

  /** Resolves when all requests are settled, or the last ones that were begun before `stop`. */
  async run(): Promise<void> {
    const { concurrency } = this.#options
    await Promise.all(Array.from({ length: concurrency }, () => this.#work()))
  }

  stop(): void {
    this.#stopped = true
  }

  /** Begins no request from now on, waits until none is under way, and goes on when `atRest` is done. */
  rest(atRest: () => Promise<void>): void {
    const settled = new Promise<void>((resolve) => {
      this.#lastSettled = resolve
    })
    this.#rest = settled.then(atRest).finally(() => {
      this.#rest = undefined
    })
    if (this.#underWay === 0) this.#lastSettled()
  }

  async #work(): Promise<void> {
    const { requests, source } = this.#options
    for (;;) {
      await this.#rest
      if (this.#stopped || this.#next >= requests) return
      const asked = source.request(this.#next++)
      this.#underWay++
      if (asked.pause > 0) await delay(asked.pause)
      await this.#ask(asked)
      this.#underWay--
      if (this.#underWay === 0) this.#lastSettled()
    }
  }

  async #ask(asked: DrawnRequest): Promise<void> {
    const { seats, patience, ledger } = this.#options
    const seat = seats[asked.session]
    const begun = performance.now()
    ledger.begin(asked)
    const timeout = asked.timeout ?? patience.milliseconds
    await seat
      .use((session) => call(session, seat.url, asked, timeout))
      .then(
        (reply) => {
          patience.answered(performance.now() - begun)
          ledger.answer(asked, reply)
        },
        (error) => ledger.fail(asked, error),
      )
  }
}

async function call(session: Session, url: string, asked: DrawnRequest, timeout: number) {
  const { index, method, abortedAfter } = asked
  const options: CallOptions = {
    method,
    timeout,
    headers: { 'x-case': String(index) },
    ...bodyOption(asked, bodyOf(index, asked.length), PIECE),
  }
  if (abortedAfter === undefined) return session.call(url, options)
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), abortedAfter)
  try {
    return await session.call(url, { ...options, signal: abort.signal })
  } finally {
    clearTimeout(timer)
  }
}
