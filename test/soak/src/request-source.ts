import type { AskedRequest, Method } from '#load/asked-request'
import { Draw } from '#load/draw'
import { LONGEST_BODY } from './body.js'
import { Purpose } from './purposes.js'
import type { SessionPlan } from './session-plans.js'
import { userOf } from './session-plans.js'

/** One request of a run: both processes know it by its index alone. */
export interface DrawnRequest extends AskedRequest {
  readonly index: number
  /** Into the plans of the sessions. */
  readonly session: number
  /** Of the body, in bytes. */
  readonly length: number
  /** Milliseconds after which its caller gives it up, if ever. */
  readonly abortedAfter: number | undefined
  /** Milliseconds that the client allows, where they are less than for all others. */
  readonly timeout: number | undefined
  /** Milliseconds that its caller does nothing before it. */
  readonly pause: number
}

const SHORT_PATIENCE = 20
const LONGEST_PAUSE = 150

/** How often each occurs, of 20. */
const KINDS: readonly (readonly [occurs: number, method: Method, body: AskedRequest['body']])[] = [
  [9, 'GET', 'none'],
  [2, 'HEAD', 'none'],
  [4, 'POST', 'buffer'],
  [3, 'POST', 'stream'],
  [2, 'PUT', 'buffer'],
]
const KIND_BY_NUMBER = KINDS.flatMap(([occurs, method, body]) =>
  Array.from({ length: occurs }, () => ({ method, body })),
)

/** Draws the requests of a run. */
export class RequestSource {
  readonly #seed: number
  readonly #rate: number
  readonly #plans: readonly SessionPlan[]
  /** Each session as often as it has connections, and twice that without TLS, whose handshakes cost the most. */
  readonly #shares: readonly number[]

  /** @param rate of aborts, of timeouts and of pauses. */
  constructor(seed: number, rate: number, plans: readonly SessionPlan[]) {
    this.#seed = seed
    this.#rate = rate
    this.#plans = plans
    this.#shares = plans.flatMap(({ connections, server }, index) => {
      const times = server === 'plain' ? 2 : 1
      return Array.from({ length: times * connections }, () => index)
    })
  }

  request(index: number): DrawnRequest {
    const draw = new Draw(this.#seed, Purpose.request, index)
    const session = draw.one(this.#shares)
    const { client, account } = this.#plans[session]
    const { method, body } = draw.one(KIND_BY_NUMBER)
    return {
      index,
      session,
      client,
      user: userOf(account),
      method,
      body,
      // Mostly short: the mean is a fifth of the longest.
      length: body === 'none' ? 0 : Math.floor((LONGEST_BODY + 1) * draw.next() ** 4),
      abortedAfter: draw.happens(this.#rate) ? draw.between(0, SHORT_PATIENCE) : undefined,
      timeout: draw.happens(this.#rate) ? draw.between(1, SHORT_PATIENCE) : undefined,
      pause: draw.happens(this.#rate) ? draw.between(1, LONGEST_PAUSE) : 0,
    }
  }
}
