import { mutateField } from './mutate-field.mjs'

/** Longer ones are slow, and seldom tell more. */
const LONGEST = 16_384

/** @type {((lines: string[], random: (below: number) => number, pieces: readonly Buffer[]) => string[])[]} */
const CHANGES = [
  (lines, random) => lines.toSpliced(random(lines.length), 1 + random(3)),
  (lines, random) => lines.toSpliced(random(lines.length + 1), 0, lines[random(lines.length)] ?? ''),
  (lines, random) => lines.toSpliced(random(lines.length + 1), 0, ...lines.slice(random(lines.length + 1))),
  (lines, random, pieces) =>
    lines.toSpliced(random(lines.length + 1), 0, ...linesOf(pieces[random(pieces.length)]).slice(0, 8)),
  (lines, random, pieces) => {
    const at = random(lines.length)
    return lines.with(at, mutateField(Buffer.from(lines[at], 'latin1'), pieces, random).toString('latin1'))
  },
  (lines, random) => {
    const at = random(lines.length)
    return lines.with(at, lines[at].slice(random(lines[at].length + 1)))
  },
]

/**
 * Changes a text by its lines.
 *
 * @param {Buffer} original
 * @param {readonly Buffer[]} pieces what lines are taken from.
 * @param {(below: number) => number} random
 * @returns {Buffer} a new buffer.
 */
export function mutateLog(original, pieces, random) {
  let lines = linesOf(original)
  for (let left = 1 + random(5); left > 0; left--) {
    if (lines.length === 0) lines = ['']
    lines = CHANGES[random(CHANGES.length)](lines, random, pieces)
  }
  return Buffer.from(lines.join('\n'), 'latin1').subarray(0, LONGEST)
}

/** @param {Buffer} bytes */
const linesOf = (bytes) => bytes.toString('latin1').split('\n')
