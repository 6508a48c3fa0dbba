import { inspect } from 'node:util'
import { Exposed } from './canary.js'
import { reachable } from './reachable.js'

/** What was seen of objects over time: a text is kept once, with where it was seen first. */
export class Sightings {
  readonly #known = new Set<string>()
  readonly #exposed: Exposed[] = []
  readonly #isLeftOut: ((object: object) => boolean) | undefined

  /** @param isLeftOut says of an object that it is looked at elsewhere. */
  constructor(isLeftOut?: (object: object) => boolean) {
    this.#isLeftOut = isLeftOut
  }

  get exposed(): readonly Exposed[] {
    return this.#exposed
  }

  /** All that can be reached. */
  look(where: string, ...roots: readonly unknown[]): void {
    const fresh = [...reachable(roots, this.#isLeftOut)].filter((text) => !this.#known.has(text))
    for (const text of fresh) this.#known.add(text)
    this.#exposed.push(new Exposed(where, fresh.join('\n')))
  }

  /**
   * All that can be reached, and the ways in which a program writes a value down.
   *
   * @param depth of what `util.inspect` writes: without an end for objects of ours.
   */
  show(where: string, value: unknown, depth = 2): void {
    this.look(where, value)
    this.#exposed.push(new Exposed(`${where}, inspected`, inspected(value, depth)))
    this.#exposed.push(new Exposed(`${where}, as JSON`, json(value)))
    this.#exposed.push(new Exposed(`${where}, as text`, String(value)))
  }
}

/** With every getter of Node's own classes, some of which would be told off for being used. */
function inspected(value: unknown, depth: number): string {
  const { noDeprecation } = process
  process.noDeprecation = true
  try {
    return inspect(value, { depth, showHidden: true, getters: true })
  } finally {
    process.noDeprecation = noDeprecation
  }
}

/** An object that was written already is left out. */
function json(value: unknown): string {
  const seen = new Set<unknown>()
  const once = (_key: string, each: unknown) => {
    if (typeof each !== 'object' || each === null) return each
    if (seen.has(each)) return undefined
    seen.add(each)
    return each
  }
  return JSON.stringify(value, once) ?? ''
}
