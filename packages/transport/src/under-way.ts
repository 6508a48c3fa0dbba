/** Counts what is under way, and tells when nothing is: connections know a request only hop by hop. */
export class UnderWay {
  #count = 0
  readonly #onNone: (() => void)[] = []

  /** Counts a task until it settles. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    this.#count++
    try {
      return await task()
    } finally {
      this.#count--
      if (this.#count === 0) for (const none of this.#onNone.splice(0)) none()
    }
  }

  /** Resolves when nothing is under way. */
  async none(): Promise<void> {
    if (this.#count > 0) await new Promise<void>((resolve) => this.#onNone.push(resolve))
  }
}
