/** The requests of one fetch, or of all that one `identities()` has made: which are under way, and whether more may begin. */
export class Requests {
  readonly #among: Requests | undefined
  #underWay = 0
  #isEnded = false
  readonly #onNone: (() => void)[] = []

  /** @param among others that these belong to, which may be ended together. */
  constructor(among?: Requests) {
    this.#among = among
  }

  get isEnded(): boolean {
    return this.#isEnded || this.#among?.isEnded === true
  }

  /** Counts a request from its beginning to its answer: a dispatcher knows it only hop by hop, and not from the first moment. */
  run<T>(request: () => Promise<T>): Promise<T> {
    return this.#among === undefined ? this.#run(request) : this.#among.run(() => this.#run(request))
  }

  async #run<T>(request: () => Promise<T>): Promise<T> {
    this.#underWay++
    try {
      return await request()
    } finally {
      this.#underWay--
      if (this.#underWay === 0) for (const none of this.#onNone.splice(0)) none()
    }
  }

  /**
   * Lets none begin any more.
   *
   * @returns done when those that had begun are answered.
   */
  async end(): Promise<void> {
    this.#isEnded = true
    if (this.#underWay > 0) await new Promise<void>((resolve) => this.#onNone.push(resolve))
  }
}
