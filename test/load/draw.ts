const TWO_TO_32 = 2 ** 32

/**
 * Random numbers that depend on nothing but the seed and what they are drawn for: a request is the same, and meets the
 * same faults, in every run with a seed, whatever the timing.
 */
export class Draw {
  #state: number

  /** @param purpose numbers that name what is drawn: each list of them has random numbers of its own. */
  constructor(seed: number, ...purpose: readonly number[]) {
    this.#state = purpose.reduce(mixed, seed)
  }

  /** From 0 to 1, without 1: Mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let bits = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / TWO_TO_32
  }

  happens(rate: number): boolean {
    return this.next() < rate
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1))
  }

  one<T>(choices: readonly T[]): T {
    return choices[this.between(0, choices.length - 1)]
  }
}

/** The finalizer of MurmurHash3: numbers next to each other have nothing in common behind it. */
function mixed(state: number, value: number): number {
  let bits = (Math.imul(state, 31) + value) | 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}
