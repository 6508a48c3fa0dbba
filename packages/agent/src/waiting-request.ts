import type { ClientRequest } from 'node:http'
import { nodeInternals } from '@ntlmkit/transport'
import { ClientTimer } from './client-timer.js'

/** The fate of a request for which a connection is being opened, as its client has it. */
export interface WaitingLimits {
  /** Milliseconds that the request may wait; 0 for as long as it takes. */
  readonly idle: number
  /** The client gave it up. */
  onDestroyed(): void
  /** It has waited too long, and its client does not look after that itself. */
  onOver(error: Error): void
}

/**
 * A request that is not authenticated, while an agent of somebody else opens its connection: Node would hear of its end
 * and of its time-out on the socket only, which may never come.
 */
export class WaitingRequest {
  readonly #request: ClientRequest
  readonly #limits: WaitingLimits
  readonly #timer: ClientTimer
  #idle: number
  #isOver = false

  constructor(request: ClientRequest, limits: WaitingLimits) {
    this.#request = request
    this.#limits = limits
    this.#idle = limits.idle
    this.#timer = new ClientTimer({
      idle: () => this.#idle,
      onOver: (milliseconds) => this.#timedOut(milliseconds),
    })
    const { destroy, setTimeout } = request
    request.destroy = (error) => {
      destroy.call(request, error)
      this.#destroyed()
      return request
    }
    request.setTimeout = (milliseconds, callback) => {
      if (Number.isFinite(milliseconds) && milliseconds >= 0) {
        this.#idle = milliseconds
        this.#timer.restart()
      }
      return setTimeout.call(request, milliseconds, callback)
    }
    this.#timer.start()
  }

  /** The connection is there, or will not be. */
  end(): void {
    this.#isOver = true
    this.#timer.stop()
  }

  /** It may have got another connection, that somebody has set free. */
  get #isWaiting(): boolean {
    return !this.#isOver && this.#request.socket === null
  }

  #destroyed(): void {
    if (!this.#isWaiting) return
    this.end()
    this.#limits.onDestroyed()
    nodeInternals.denySocket(this.#request)
  }

  /** As agentkeepalive tells it, where the client does not listen. */
  #timedOut(milliseconds: number): void {
    if (!this.#isWaiting || this.#request.emit('timeout')) return
    this.end()
    const error = new Error('Socket timeout')
    this.#limits.onOver(Object.assign(error, { code: 'ERR_SOCKET_TIMEOUT', timeout: milliseconds }))
  }
}
