import { openSockets } from './open-sockets.js'
import type { Seat } from './seat.js'

const EVERY = 250

/** Sockets of one side over a run. */
export interface SocketFigures {
  most: number
  /** Above what the pools of that moment allow; less than 0 when always below. */
  mostAbove: number
  last: number
}

/** Counts the sockets of both sides, several times a second, against the pools that may have them. */
export class SocketWatch {
  readonly clients: SocketFigures = { most: 0, mostAbove: Number.NEGATIVE_INFINITY, last: 0 }
  readonly servers: SocketFigures = { most: 0, mostAbove: Number.NEGATIVE_INFINITY, last: 0 }
  readonly #seats: readonly Seat[]
  readonly #timer: NodeJS.Timeout

  constructor(seats: readonly Seat[]) {
    this.#seats = seats
    this.#timer = setInterval(() => this.#enter(this.clients, openSockets()), EVERY)
  }

  /** All that the pools allow at this moment. */
  get allowed(): number {
    return this.#seats.reduce((sum, { mostSockets }) => sum + mostSockets, 0)
  }

  enterServers(open: number): void {
    this.#enter(this.servers, open)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #enter(figures: SocketFigures, open: number): void {
    figures.last = open
    figures.most = Math.max(figures.most, open)
    figures.mostAbove = Math.max(figures.mostAbove, open - this.allowed)
  }
}
