// Gives changed messages, tokens and fields to everything that reads bytes from outside: each target may return, or
// throw an NtlmError, and do nothing else. An input that runs code which none has run before is changed in its turn.
import { setImmediate } from 'node:timers/promises'
import { attempt } from './attempt.mjs'
import { Coverage } from './blocks.mjs'
import { corpus } from './corpus.mjs'
import { Faults } from './faults.mjs'
import { InputPool } from './input-pool.mjs'
import { seeded } from './random.mjs'
import { targetsWith } from './targets.mjs'

/** @typedef {import('./corpus.mjs').Input} Input */
/** @typedef {import('./targets.mjs').Target} Target */

/** Blocks that one call may run: some thousands for the keys, and a few for every byte. */
const WORK = { base: 20_000, perByte: 20 }

/** Bytes of JavaScript objects that may be alive at any time. */
const MOST_HEAP = 512 * 2 ** 20
const PAUSE_EVERY = 10_000
const MOST_FAULTS = 20

/**
 * @typedef {object} FuzzReport
 * @property {number} seed
 * @property {number} inputs made, beside the corpus.
 * @property {number} calls
 * @property {Record<string, { returned: number, refused: number }>} targets
 * @property {{ blocks: number, of: number, features: number, atStart: number, unreached: string[] }} coverage
 *   features are blocks by how often they ran; `atStart` is how many the corpus has.
 * @property {{ before: number, after: number }} corpus
 * @property {Input[]} found what was added to the corpus.
 * @property {{ heap: number, work: number, slowest: { milliseconds: number, target: string, bytes: number } }} most
 * @property {string[]} faults empty is good.
 */

/**
 * @param {object} options
 * @param {import('./targets.mjs').Internals} options.internals
 * @param {number} [options.seed] Default: 1.
 * @param {number} [options.count] inputs to make. Default: 20,000.
 * @param {AbortSignal} [options.signal] ends it early, with what there is to report.
 * @param {(sofar: { inputs: number, blocks: number, corpus: number, faults: number }) => void} [options.onProgress]
 * @returns {Promise<FuzzReport>}
 */
export async function fuzz({ internals, seed = 1, count = 20_000, signal, onProgress }) {
  const { stackTraceLimit } = Error
  // Most of the time would go into the stacks of errors that nobody reads.
  Error.stackTraceLimit = 0
  try {
    const run = new Run(targetsWith(internals), seed)
    await run.replay()
    await run.make(count, signal, onProgress)
    return await run.report()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

class Run {
  #targets
  #names
  #seed
  #random
  #faults
  #pool = new InputPool(corpus)
  #coverage = new Coverage()
  /** @type {Input[]} */
  #found = []
  #inputs = 0
  #calls = 0
  #atStart = 0
  #most = { heap: 0, work: 0, slowest: { milliseconds: 0, target: '', bytes: 0 } }
  /** @type {FuzzReport['targets']} */
  #outcomes

  /**
   * @param {Record<string, Target>} targets
   * @param {number} seed
   */
  constructor(targets, seed) {
    this.#targets = targets
    this.#names = Object.keys(targets)
    this.#seed = seed
    this.#random = seeded(seed)
    this.#faults = new Faults(targets)
    this.#outcomes = Object.fromEntries(this.#names.map((name) => [name, { returned: 0, refused: 0 }]))
  }

  /** The corpus itself, unchanged, to everything that it is for. */
  async replay() {
    this.#coverage.discard()
    for (const { kind, bytes } of corpus) {
      for (const name of this.#names)
        if (this.#targets[name].kinds.includes(kind)) await this.#give(name, bytes)
    }
    this.#atStart = this.#coverage.features
  }

  /**
   * @param {number} count
   * @param {AbortSignal | undefined} signal
   * @param {Parameters<typeof fuzz>[0]['onProgress']} onProgress
   */
  async make(count, signal, onProgress) {
    const step = Math.max(1, Math.floor(count / 20))
    while (this.#inputs < count && this.#faults.size < MOST_FAULTS && !signal?.aborted) {
      const input = this.#pool.next(this.#random)
      this.#inputs++
      if (await this.#try(input)) {
        this.#pool.add(input)
        this.#found.push(input)
      }
      if (this.#inputs % PAUSE_EVERY === 0) {
        this.#watchHeap(input)
        await setImmediate() // or no signal would ever arrive
      }
      if (this.#inputs % step === 0) {
        const { blocks } = this.#coverage
        onProgress?.({ inputs: this.#inputs, blocks, corpus: this.#pool.size, faults: this.#faults.size })
      }
    }
  }

  /**
   * To the targets it is for, and to any other: a decoder must stand the wrong message as well.
   *
   * @param {Input} input
   * @returns {Promise<boolean>} whether it ran something new.
   */
  async #try({ kind, bytes }) {
    const copy = Buffer.from(bytes)
    let fresh = 0
    /** @type {Set<string>} */
    const readers = new Set()
    for (const name of this.#names) {
      const { kinds, after, oneIn = 1 } = this.#targets[name]
      if (!kinds.includes(kind) || after?.every((reader) => !readers.has(reader))) continue
      if (this.#random(oneIn) > 0) continue
      const given = await this.#give(name, bytes)
      fresh += given.fresh
      if (!given.refused) readers.add(name)
    }
    const other = this.#names[this.#random(this.#names.length)]
    if (this.#random(this.#targets[other].oneIn ?? 1) === 0) fresh += (await this.#give(other, bytes)).fresh
    if (!copy.equals(bytes))
      this.#faults.add(other, copy, new Error(`A target of "${kind}" changed its input.`))
    return fresh > 0
  }

  /**
   * @param {string} name
   * @param {Buffer} bytes
   */
  async #give(name, bytes) {
    const begun = performance.now()
    const { refused, fault } = await attempt(this.#targets[name], bytes)
    const milliseconds = performance.now() - begun
    const { fresh, work } = this.#coverage.take()
    this.#calls++
    this.#outcomes[name][refused ? 'refused' : 'returned']++
    if (work > this.#most.work) this.#most.work = work
    if (milliseconds > this.#most.slowest.milliseconds) {
      this.#most.slowest = { milliseconds, target: name, bytes: bytes.length }
    }
    if (fault !== undefined) this.#faults.add(name, bytes, fault)
    if (work > WORK.base + WORK.perByte * bytes.length) {
      this.#faults.add(name, bytes, new Error(`${work} blocks ran for ${bytes.length} bytes.`))
    }
    return { fresh, refused }
  }

  /** @param {Input} input */
  #watchHeap({ kind, bytes }) {
    const { heapUsed } = process.memoryUsage()
    if (heapUsed > this.#most.heap) this.#most.heap = heapUsed
    if (heapUsed > MOST_HEAP)
      this.#faults.add(kind, bytes, new Error(`${heapUsed} bytes of objects are alive.`))
  }

  /** @returns {Promise<FuzzReport>} */
  async report() {
    const { blocks, features, declared } = this.#coverage
    return {
      seed: this.#seed,
      inputs: this.#inputs,
      calls: this.#calls,
      targets: this.#outcomes,
      coverage: {
        blocks,
        of: declared,
        features,
        atStart: this.#atStart,
        unreached: this.#coverage.unreached(),
      },
      corpus: { before: corpus.length, after: this.#pool.size },
      found: this.#found,
      most: this.#most,
      faults: await this.#faults.lines(),
    }
  }
}
