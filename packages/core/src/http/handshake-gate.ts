import type { NtlmError } from '../errors.js'

/** Somebody who wants to start a handshake. Exactly one of the two is called, once, unless it leaves before. */
export interface GateWaiter {
  /** It may start; whoever was admitted must `leave` when its exchange is over, however it ended. */
  admit(): void
  /** The handshake it waited for was rejected: it must not try the same credentials again. */
  refuse(error: NtlmError): void
}

/**
 * Until an origin has accepted the credentials once, handshakes to it go one at a time, so that a wrong password
 * costs one attempt however many requests wait. Open, it lets everybody pass.
 */
export class HandshakeGate {
  #open = false
  #holder: GateWaiter | undefined
  readonly #waiting = new Set<GateWaiter>()

  /** Only for who holds all else it needs, a place in the pool above all: the gate waits for nobody outside. */
  enter(waiter: GateWaiter): void {
    if (this.#open || this.#holder === waiter) {
      waiter.admit()
      return
    }
    if (this.#holder !== undefined) {
      this.#waiting.add(waiter)
      return
    }
    this.#holder = waiter
    waiter.admit()
  }

  /** Ends a waiter's wait or its turn; the next in line is admitted. */
  leave(waiter: GateWaiter): void {
    if (this.#waiting.delete(waiter) || this.#holder !== waiter) return
    this.#holder = undefined
    const [next] = this.#waiting
    if (next === undefined) return
    this.#waiting.delete(next)
    this.enter(next)
  }

  /** The origin accepted the credentials, or asks for none: everybody may go. */
  open(): void {
    this.#open = true
    this.#holder = undefined
    const admitted = [...this.#waiting]
    this.#waiting.clear()
    for (const waiter of admitted) waiter.admit()
  }

  /** Handshakes go one at a time from here on. */
  close(): void {
    this.#open = false
  }

  /** The origin rejected the credentials: whoever waits fails, whoever comes later is tried one at a time again. */
  refuse(error: NtlmError): void {
    this.close()
    const refused = [...this.#waiting]
    this.#waiting.clear()
    for (const waiter of refused) waiter.refuse(error)
  }
}
