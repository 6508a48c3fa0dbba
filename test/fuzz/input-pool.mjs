import { mutate } from './mutate.mjs'
import { mutateDer } from './mutate-der.mjs'
import { mutateField } from './mutate-field.mjs'
import { mutateLog } from './mutate-log.mjs'

/** @typedef {import('./corpus.mjs').Input} Input */
/** @typedef {import('./corpus.mjs').Kind} Kind */

/** What is found may be as long as this: longer inputs are slow, and seldom tell more. */
export const LONGEST = 2048

/** So many are new. */
const NEWEST = 32

/** The inputs that are worth changing. */
export class InputPool {
  /** @type {Input[]} */
  #all = []
  /** @type {Buffer[]} */
  #bytes = []
  /** @type {Map<Kind, Buffer[]>} */
  #byKind = new Map()

  /** @param {readonly Input[]} inputs */
  constructor(inputs) {
    for (const input of inputs) this.#put(input)
  }

  get size() {
    return this.#all.length
  }

  /** @param {Input} input */
  add(input) {
    if (input.bytes.length <= LONGEST) this.#put(input)
  }

  /**
   * @param {(below: number) => number} random
   * @returns {Input} a changed copy of one of its inputs; of a new one as often as of any other.
   */
  next(random) {
    const from = random(2) === 0 ? Math.max(0, this.size - NEWEST) : 0
    const { kind, bytes } = this.#all[from + random(this.size - from)]
    const pieces = (random(2) === 0 && this.#byKind.get(kind)) || this.#bytes
    return { kind, bytes: this.#change(kind, bytes, pieces, random) }
  }

  /**
   * @param {Kind} kind
   * @param {Buffer} original
   * @param {readonly Buffer[]} pieces
   * @param {(below: number) => number} random
   */
  #change(kind, original, pieces, random) {
    if (kind === 'log') return mutateLog(original, pieces, random)
    if (kind === 'field') return mutateField(original, pieces, random)
    const der = kind === 'spnego' || kind === 'certificate'
    return der && random(2) === 0 ? mutateDer(original, pieces, random) : mutate(original, pieces, random)
  }

  /** @param {Input} input */
  #put(input) {
    const own = this.#byKind.get(input.kind)
    if (own) own.push(input.bytes)
    else this.#byKind.set(input.kind, [input.bytes])
    this.#all.push(input)
    this.#bytes.push(input.bytes)
  }
}
