/** The time in which a request may be without its socket, or a leg without an end, and what ends it. */
export interface ClientLimit {
  /** Milliseconds; 0 for as long as it takes. */
  idle(): number
  onOver(milliseconds: number): void
}

/** The client's own time-out of a request until it is on its socket: from then on that is Node's. */
export class ClientTimer {
  readonly #limit: ClientLimit
  #timer: NodeJS.Timeout | undefined
  #running = false

  constructor(limit: ClientLimit) {
    this.#limit = limit
  }

  get running(): boolean {
    return this.#running
  }

  start(): void {
    this.#running = true
    this.restart()
  }

  /** The next leg begins, or the client has set another limit. */
  restart(): void {
    if (!this.#running) return
    clearTimeout(this.#timer)
    const milliseconds = this.#limit.idle()
    this.#timer = milliseconds ? setTimeout(() => this.#limit.onOver(milliseconds), milliseconds) : undefined
  }

  stop(): void {
    this.#running = false
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
