import type { AskedRequest } from './asked-request.js'

/** The requests of a run: how many there were, and which are under way. Each suite adds what it judges by. */
export class Ledger<Asked extends AskedRequest> {
  /** When each began, by performance.now(). */
  readonly #underWay = new Map<Asked, number>()
  #asked = 0
  #settled = 0

  get asked(): number {
    return this.#asked
  }

  get settled(): number {
    return this.#settled
  }

  get underWay(): Asked[] {
    return [...this.#underWay.keys()]
  }

  /** Those that began before that time and have not ended. */
  olderThan(time: number): Asked[] {
    return this.underWay.filter((asked) => this.#underWay.get(asked)! < time)
  }

  begin(asked: Asked): void {
    this.#asked++
    this.#underWay.set(asked, performance.now())
  }

  end(asked: Asked): void {
    this.#settled++
    this.#underWay.delete(asked)
  }
}
