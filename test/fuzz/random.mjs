/**
 * A generator that gives the same numbers for the same seed (mulberry32): a run that finds something can be repeated.
 *
 * @param {number} seed an unsigned 32-bit integer.
 * @returns {(below: number) => number} an integer from 0 up to, and without, its argument.
 */
export function seeded(seed) {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}
