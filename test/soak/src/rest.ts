import { setTimeout as delay } from 'node:timers/promises'
import type { Load } from './load.js'
import { measureMemory } from './process-memory.js'

/** Bytes that the clients held when nothing was under way. */
export interface HeldAtRest {
  half: number
  end: number
}

/** Milliseconds for what a settled request leaves behind: pieces of a body on their way, timers. */
const SETTLING = 500
const LOOKS_EVERY = 100

/**
 * Measures what the clients hold when half of a run is over and when all of it is, both at rest. Under load it goes up
 * and down by 20 MB with the requests and sockets that the machine has time for, which says nothing about a leak.
 */
export class Rests {
  readonly #load: Load
  readonly #isHalfOver: () => boolean
  readonly #timer: NodeJS.Timeout
  #half: number | undefined

  constructor(load: Load, isHalfOver: () => boolean) {
    this.#load = load
    this.#isHalfOver = isHalfOver
    this.#timer = setInterval(() => this.#look(), LOOKS_EVERY)
  }

  /** Call it when the load is settled. Undefined when the run ended before its first rest. */
  async end(): Promise<HeldAtRest | undefined> {
    clearInterval(this.#timer)
    if (this.#half === undefined) return undefined
    return { half: this.#half, end: await heldAtRest() }
  }

  #look(): void {
    if (!this.#isHalfOver()) return
    clearInterval(this.#timer)
    this.#load.rest(async () => {
      this.#half = await heldAtRest()
    })
  }
}

async function heldAtRest(): Promise<number> {
  await delay(SETTLING)
  return measureMemory().held
}
