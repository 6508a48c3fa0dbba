/** The requests of all instances that one `identities()` has made: which are under way, and whether more may begin. */
export class Requests {
  #isEnded = false
  /** Held weakly: to wait for a promise, or to ask when it settles, would hide that nobody handles its failure. */
  readonly #promises = new Set<WeakRef<Promise<unknown>>>()
  readonly #gone = new FinalizationRegistry<WeakRef<Promise<unknown>>>((promise) =>
    this.#promises.delete(promise),
  )

  get isEnded(): boolean {
    return this.#isEnded
  }

  /** Is told of what got returns for a request. A stream is known to the agents in the next turn. */
  add<T>(answer: T): T {
    if (!(answer instanceof Promise)) return answer
    const reference = new WeakRef<Promise<unknown>>(answer)
    this.#promises.add(reference)
    this.#gone.register(answer, reference)
    return answer
  }

  /**
   * Lets none begin any more.
   *
   * @returns done when those that had begun are answered.
   */
  async end(): Promise<void> {
    this.#isEnded = true
    await Promise.allSettled([...this.#promises].map((promise) => promise.deref()))
  }
}
