import type { ObservedRequest } from './observed-request.js'

/** What a server has written down of one connection: whose it is, and since when nobody's else. */
export class ConnectionLedger {
  readonly number: number
  readonly #isListed: boolean
  /** The server is to have forgotten who authenticated it. */
  forgotten = false
  /** Whether a request has passed under an identity. */
  authenticated = false
  /** Requests that have come and are not answered. */
  busy = 0
  #session: string | undefined
  #user: string | undefined
  #isOwn: boolean | undefined

  /** @param isListed whether the clients may give credentials here: else all their requests are alike. */
  constructor(number: number, isListed: boolean) {
    this.number = number
    this.#isListed = isListed
  }

  /** What is wrong with a request's being on this connection; undefined if nothing is. */
  take({ asker, isOwn }: ObservedRequest): string | undefined {
    this.#session ??= asker.session
    this.#user ??= asker.user
    this.#isOwn ??= isOwn
    if (this.#user !== asker.user) return `is on a connection of ${this.#user}`
    if (this.#session !== asker.session) return `is on a connection of ${this.#session}, another session`
    if (!this.#isListed || this.#isOwn === isOwn) return undefined
    return isOwn
      ? 'brings its own Authorization on a connection of ours'
      : 'is on a connection of own credentials'
  }
}
