import { UnderWay } from '@ntlmkit/transport'

/** The requests of one fetch, or of all that one `identities()` has made: which are under way, and whether more may begin. */
export class Requests {
  readonly #among: Requests | undefined
  readonly #underWay = new UnderWay()
  #isEnded = false

  /** @param among others that these belong to, which may be ended together. */
  constructor(among?: Requests) {
    this.#among = among
  }

  get isEnded(): boolean {
    return this.#isEnded || this.#among?.isEnded === true
  }

  /** Counts a request from its beginning to its answer: a dispatcher knows it only hop by hop, and not from the first moment. */
  run<T>(request: () => Promise<T>): Promise<T> {
    const counted = () => this.#underWay.run(request)
    return this.#among === undefined ? counted() : this.#among.run(counted)
  }

  /**
   * Lets none begin any more.
   *
   * @returns done when those that had begun are answered.
   */
  async end(): Promise<void> {
    this.#isEnded = true
    await this.#underWay.none()
  }
}
