import { attempt } from './attempt.mjs'
import { shrink } from './shrink.mjs'

const LONGEST_QUOTE = 300

/** What targets did that they should not, each of it once. */
export class Faults {
  #targets
  /** @type {Map<string, { name: string, bytes: Buffer, said: string }>} */
  #byKey = new Map()

  /** @param {Record<string, import('./targets.mjs').Target>} targets */
  constructor(targets) {
    this.#targets = targets
  }

  get size() {
    return this.#byKey.size
  }

  /**
   * @param {string} name the target's, or the input's kind.
   * @param {Buffer} bytes
   * @param {unknown} error
   */
  add(name, bytes, error) {
    const key = keyOf(name, error)
    if (this.#byKey.has(key)) return
    this.#byKey.set(key, { name, bytes, said: String(error).slice(0, LONGEST_QUOTE) })
  }

  /** @returns {Promise<string[]>} each with the shortest input that was found for it, to be repeated. */
  async lines() {
    const lines = []
    for (const [key, { name, bytes, said }] of this.#byKey) {
      const shortest = await shrink(bytes, (candidate) => this.#isFaulty(key, name, candidate))
      lines.push(`${name}: ${said}\n  --input '${name}:${shortest.toString('base64')}'`)
    }
    return lines
  }

  /**
   * @param {string} key
   * @param {string} name
   * @param {Buffer} bytes
   */
  async #isFaulty(key, name, bytes) {
    const target = this.#targets[name]
    if (target === undefined) return false
    const { fault } = await attempt(target, bytes)
    return fault !== undefined && keyOf(name, fault) === key
  }
}

/** @param {string} name @param {unknown} error */
function keyOf(name, error) {
  const said = String(error).slice(0, LONGEST_QUOTE)
  return `${name} ${said.replace(/\d[\d.]*/g, 'N')}`
}
