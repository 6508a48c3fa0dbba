/** What was seen and may not be: all of it is counted, and the first of it kept. */
export class Complaints {
  readonly #examples: string[] = []
  readonly #most: number
  #count = 0

  /** @param most that are kept: by default all. */
  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most
  }

  get count(): number {
    return this.#count
  }

  get examples(): readonly string[] {
    return this.#examples
  }

  add(complaint: string): void {
    this.#count++
    if (this.#examples.length < this.#most) this.#examples.push(complaint)
  }
}
