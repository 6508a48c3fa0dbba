import { UnderWay } from '@ntlmkit/transport'

/** Where a config of a request says, through all copies of it, that it began in time. Printed as `true`. */
const BEGAN = Symbol('ntlmkit: began in time')

type MarkedConfig = { [BEGAN]?: boolean }

/** The requests of all instances that one `identities()` has made: which are under way, and whether more may begin. */
export class Requests {
  readonly #underWay = new UnderWay()
  #isEnded = false

  /** Is told of a request in the moment in which it is made: interceptors may hold it until long after the end. */
  begin(config: object): void {
    const marked = config as MarkedConfig
    marked[BEGAN] = !this.#isEnded
  }

  mayGo(config: object): boolean {
    return !this.#isEnded || (config as MarkedConfig)[BEGAN] === true
  }

  /** Counts a request until its answer: agents know it only hop by hop. */
  run<T>(request: () => Promise<T>): Promise<T> {
    return this.#underWay.run(request)
  }

  /**
   * Lets none begin any more.
   *
   * @returns done when those that had got so far are answered.
   */
  async end(): Promise<void> {
    this.#isEnded = true
    await this.#underWay.none()
  }
}
