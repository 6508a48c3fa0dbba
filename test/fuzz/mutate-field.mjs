import { MUTATIONS } from './mutate.mjs'

/** What a field with challenges is made of, and what it should not be. */
const WORDS = [
  'NTLM',
  'Negotiate',
  'Basic',
  'Digest ',
  'realm=',
  'realm="x"',
  'a="',
  '"',
  '\\"',
  '\\',
  ',',
  ', ',
  '=',
  '==',
  ' ',
  '\t',
  '%',
  '@',
  '\u00a0',
  '\u00e9',
  '\0',
  '\r\n',
  '__proto__=',
  'TlRMTVNTUAAC',
].map((word) => Buffer.from(word, 'latin1'))

/** As long as a field may be, and more; but seldom, for it takes its time. */
const LONGEST = 300_000
const ONE_IN = 20_000
const MOSTLY = 512

/** @type {((bytes: Buffer, random: (below: number) => number, pieces: readonly Buffer[]) => Buffer)[]} */
const CHANGES = [
  (bytes, random) => insert(bytes, random, WORDS[random(WORDS.length)]),
  (bytes, random) => insert(bytes, random, WORDS[random(WORDS.length)]),
  (bytes, random, pieces) => insert(bytes, random, base64(pieces[random(pieces.length)])),
  (bytes, random, pieces) => Buffer.concat([bytes, Buffer.from(', '), pieces[random(pieces.length)]]),
  (bytes, random) => repeat(bytes, random, 2 + random(20)),
  (bytes, random, pieces) => MUTATIONS[random(MUTATIONS.length)](bytes, random, pieces),
]

/**
 * Changes the text of a field by its words.
 *
 * @param {Buffer} original one byte a character.
 * @param {readonly Buffer[]} pieces what else is inserted.
 * @param {(below: number) => number} random
 * @returns {Buffer} a new buffer.
 */
export function mutateField(original, pieces, random) {
  if (random(ONE_IN) === 0) return repeat(original, random, LONGEST)
  /** @type {Buffer} */
  let bytes = Buffer.from(original)
  for (let left = 1 + random(5); left > 0; left--)
    bytes = CHANGES[random(CHANGES.length)](bytes, random, pieces)
  return bytes.subarray(0, MOSTLY)
}

/**
 * @param {Buffer} bytes
 * @param {(below: number) => number} random
 * @param {Buffer} inserted
 */
function insert(bytes, random, inserted) {
  const at = random(bytes.length + 1)
  return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)])
}

/**
 * Repeats a few characters, never beyond what a field may have.
 *
 * @param {Buffer} bytes
 * @param {(below: number) => number} random
 * @param {number} times
 */
function repeat(bytes, random, times) {
  const from = random(bytes.length + 1)
  const part = bytes.subarray(from, from + 1 + random(8))
  const count = Math.min(times, Math.floor(LONGEST / Math.max(1, part.length)))
  return Buffer.concat([bytes.subarray(0, from), ...Array(count).fill(part), bytes.subarray(from)])
}

/** @param {Buffer} bytes */
const base64 = (bytes) => Buffer.from(bytes.toString('base64'), 'latin1')
