/** Numbers at the edges of what fields can hold. */
const EDGES = [0, 1, 2, 0x7f, 0x80, 0x81, 0x82, 0x84, 0xfe, 0xff]
const EDGES_32 = [0, 1, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff, 0xffff, 0x10000, 52, 64, 72, 80, 88]

/**
 * Changes bytes in one or more of the ways bytes go wrong, mostly a few: by accident, or by somebody who knows the
 * format.
 *
 * @param {Buffer} original
 * @param {readonly Buffer[]} corpus what pieces are taken from.
 * @param {(below: number) => number} random
 * @returns {Buffer} a new buffer.
 */
export function mutate(original, corpus, random) {
  /** @type {Buffer} */
  let bytes = Buffer.from(original)
  for (let left = 1 + random(1 + random(6)); left > 0; left--)
    bytes = MUTATIONS[random(MUTATIONS.length)](bytes, random, corpus)
  return bytes
}

/** @type {((bytes: Buffer, random: (below: number) => number, corpus: readonly Buffer[]) => Buffer)[]} */
export const MUTATIONS = [
  (bytes, random) => overwrite(bytes, random, 1, (at) => bytes.writeUInt8(bytes[at] ^ (1 << random(8)), at)),
  (bytes, random) => overwrite(bytes, random, 1, (at) => bytes.writeUInt8(random(256), at)),
  (bytes, random) => overwrite(bytes, random, 1, (at) => bytes.writeUInt8(EDGES[random(EDGES.length)], at)),
  (bytes, random) => overwrite(bytes, random, 2, (at) => bytes.writeUInt16LE(random(0x10000), at)),
  (bytes, random) =>
    overwrite(bytes, random, 4, (at) => bytes.writeUInt32LE(EDGES_32[random(EDGES_32.length)], at)),
  (bytes, random) => overwrite(bytes, random, 4, (at) => bytes.writeUInt32LE(random(bytes.length + 8), at)),
  (bytes, random) => bytes.subarray(0, random(bytes.length + 1)),
  (bytes, random) => {
    const [from, to] = range(bytes, random)
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)])
  },
  (bytes, random) => {
    const [from, to] = range(bytes, random)
    return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)])
  },
  (bytes, random) => {
    const at = random(bytes.length + 1)
    const inserted = Buffer.alloc(1 + random(16))
    for (let i = 0; i < inserted.length; i++) inserted[i] = random(256)
    return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)])
  },
  (bytes, random, corpus) => {
    const other = corpus[random(corpus.length)]
    return Buffer.concat([bytes.subarray(0, random(bytes.length + 1)), other.subarray(random(other.length))])
  },
]

/**
 * @param {Buffer} bytes
 * @param {(below: number) => number} random
 * @param {number} width
 * @param {(at: number) => void} write
 */
function overwrite(bytes, random, width, write) {
  if (bytes.length >= width) write(random(bytes.length - width + 1))
  return bytes
}

/**
 * @param {Buffer} bytes
 * @param {(below: number) => number} random
 * @returns {[number, number]}
 */
function range(bytes, random) {
  const from = random(bytes.length + 1)
  return [from, from + random(Math.min(32, bytes.length - from) + 1)]
}
