/** What a fault is worth: enough for most, and the printed input can be repeated in any case. */
const MOST_TRIES = 20_000

/**
 * Takes pieces out of an input for as long as it stays faulty.
 *
 * @param {Buffer} bytes
 * @param {(bytes: Buffer) => Promise<boolean>} isFaulty
 * @returns {Promise<Buffer>}
 */
export async function shrink(bytes, isFaulty) {
  let smallest = bytes
  let tries = 0
  for (let size = Math.ceil(bytes.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < smallest.length && tries < MOST_TRIES; tries++) {
      const without = Buffer.concat([smallest.subarray(0, at), smallest.subarray(at + size)])
      if (await isFaulty(without)) smallest = without
      else at += size
    }
  }
  return smallest
}
