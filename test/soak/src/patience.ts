const LEAST = 2000
const MOST = 8000
/** Of what an answer takes: only silence, or a machine that does something else, outlasts that. */
const TIMES = 20
/** Of the last answer in the mean of all before it. */
const WEIGHT = 0.01

/**
 * How long clients wait: two seconds, and longer where answers take long, so that on a slow machine too it is the faults
 * that end requests. Otherwise what was given up would be done again, and the machine be slower still.
 */
export class Patience {
  #mean = 0

  get milliseconds(): number {
    return Math.round(Math.min(Math.max(this.#mean * TIMES, LEAST), MOST))
  }

  answered(milliseconds: number): void {
    this.#mean += (milliseconds - this.#mean) * WEIGHT
  }
}
