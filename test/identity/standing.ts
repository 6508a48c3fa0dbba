/**
 * What the requests of one session know of their password at one origin. Where it was accepted, a single 401 or a lost
 * connection is taken for what it is; before that, either may be a wrong password, and those that wait are told.
 */
export class Standing {
  #good = false
  /** It was good, and something was forbidden since. */
  #doubted = false
  /** The requests may know less than the servers: they are not held to more from here on. */
  #spoiled = false

  accepted(): void {
    this.#good = !this.#spoiled
  }

  /** @returns whether it looks like a refusal of the password. */
  forbidden(): boolean {
    if (this.#good) this.#doubted = true
    else this.#spoiled = true
    return this.#spoiled
  }

  /** @returns whether it may be taken for a refusal of the password. */
  lost(): boolean {
    if (this.#good && !this.#doubted) return false
    this.refused()
    return true
  }

  refused(): void {
    this.#spoiled = true
    this.#good = false
  }
}
