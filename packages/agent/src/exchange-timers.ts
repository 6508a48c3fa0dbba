/** What ends the time in which a connection is made ready for a request. */
export interface TimerLimits {
  /** Milliseconds for the handshake. */
  handshake: number
  onHandshake(): void
  /** Milliseconds for all of it, however busy it is; absent for none. */
  whole: number | undefined
  /** Milliseconds a leg may be without an end; 0 for as long as it takes. */
  idle(): number
  /** The client's own limit, `whole` or `idle`, is over. */
  onClient(milliseconds: number): void
}

/** The timers of one request until it is on its socket: from then on they are Node's and the client's. */
export class ExchangeTimers {
  readonly #limits: TimerLimits
  #handshake: NodeJS.Timeout | undefined
  #client: NodeJS.Timeout | undefined
  #running = false

  constructor(limits: TimerLimits) {
    this.#limits = limits
  }

  get running(): boolean {
    return this.#running
  }

  start(): void {
    this.#running = true
    this.resumeHandshake()
    this.restartIdle()
  }

  /** A handshake that somebody else is at does not count against this one. */
  pauseHandshake(): void {
    clearTimeout(this.#handshake)
    this.#handshake = undefined
  }

  resumeHandshake(): void {
    const { handshake, onHandshake } = this.#limits
    this.#handshake ??= setTimeout(onHandshake, handshake)
  }

  /** The next leg begins, or the client has set another limit. */
  restartIdle(): void {
    const { whole, onClient } = this.#limits
    if (!this.#running || (whole !== undefined && this.#client !== undefined)) return
    clearTimeout(this.#client)
    const milliseconds = whole ?? this.#limits.idle()
    this.#client = milliseconds ? setTimeout(onClient, milliseconds, milliseconds) : undefined
  }

  stop(): void {
    this.#running = false
    this.pauseHandshake()
    clearTimeout(this.#client)
    this.#client = undefined
  }
}
