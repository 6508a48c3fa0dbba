// What code that instrument.mjs has rewritten reports to: which of its blocks ran, and how often.

/** Many more than the packages have. */
const MAX_BLOCKS = 1 << 14

const hits = new Uint32Array(MAX_BLOCKS)
const touched = new Uint16Array(MAX_BLOCKS)
let touchedCount = 0

/** @type {{ first: number, file: string, lines: readonly number[] }[]} */
const files = []

/** @param {number} block */
export function hit(block) {
  if (hits[block]++ === 0) touched[touchedCount++] = block
}

/**
 * @param {number} first the number of the file's first block.
 * @param {string} file
 * @param {readonly number[]} lines where each block begins.
 */
export function declare(first, file, lines) {
  if (first + lines.length > MAX_BLOCKS) throw new Error('There are more blocks than counters.')
  files.push({ first, file, lines })
}

/** As libFuzzer counts: 1, 2, 3, 4-7, 8-15, 16-31, 32-127 and more are eight different things. */
const BUCKETS = [3, 4, 8, 16, 32, 128]

/** @param {number} count */
function bucketOf(count) {
  if (count < 3) return count - 1
  const next = BUCKETS.findIndex((bound) => count < bound)
  return next < 0 ? 7 : next + 1
}

/** What a run has seen so far. A feature is a block that ran a number of times which falls into one bucket. */
export class Coverage {
  #seen = new Uint8Array(MAX_BLOCKS)
  blocks = 0
  features = 0

  /** Forgets what ran since the last call. */
  discard() {
    this.#drain(() => {})
  }

  /**
   * @returns {{ fresh: number, work: number }} how many features were new since the last call, and how many blocks
   *   ran, each as often as it did.
   */
  take() {
    let fresh = 0
    let work = 0
    this.#drain((block, count) => {
      work += count
      const bit = 1 << bucketOf(count)
      const seen = this.#seen[block]
      if (seen & bit) return
      if (seen === 0) this.blocks++
      this.#seen[block] = seen | bit
      fresh++
    })
    this.features += fresh
    return { fresh, work }
  }

  /** @returns {number} blocks there are; 0 where nothing is instrumented. */
  get declared() {
    return files.reduce((sum, { lines }) => sum + lines.length, 0)
  }

  /** @returns {string[]} `file:line` of every block that never ran. */
  unreached() {
    return files.flatMap(({ first, file, lines }) =>
      lines.flatMap((line, index) => (this.#seen[first + index] === 0 ? [`${file}:${line}`] : [])),
    )
  }

  /** @param {(block: number, count: number) => void} visit */
  #drain(visit) {
    for (let i = 0; i < touchedCount; i++) {
      const block = touched[i]
      const count = hits[block]
      hits[block] = 0
      visit(block, count)
    }
    touchedCount = 0
  }
}
