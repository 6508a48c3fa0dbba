import type { Socket } from 'node:net'

const KEPT_BACK = ['error', 'close'] as const

type Listener = (...args: unknown[]) => void

/**
 * The listeners of clients on the socket of their request, while that is not on it or may be taken back: the end of
 * a connection is not that of the request then, and Node tells the request itself of what is.
 */
export class KeptBackListeners {
  readonly #socket: Socket
  readonly #kept: [event: string, listener: Listener][]

  /** @param show shows the client the socket: what it listens for by then is kept back. */
  constructor(socket: Socket, show: () => void) {
    this.#socket = socket
    const before = KEPT_BACK.map((event) => new Set(listenersOf(socket, event)))
    show()
    this.#kept = KEPT_BACK.flatMap((event, i) =>
      listenersOf(socket, event)
        .filter((listener) => !before[i].has(listener))
        .map((listener): [string, Listener] => [event, listener]),
    )
    for (const [event, listener] of this.#kept) socket.off(event, listener)
  }

  /** The client listens from now on; for the end before Node does, as some clients do to tell a loss from an end. */
  giveBack(): void {
    for (const [event, listener] of this.#kept.splice(0)) {
      if (event === 'close') this.#socket.prependListener(event, listener)
      else this.#socket.on(event, listener)
    }
  }
}

function listenersOf(socket: Socket, event: string): Listener[] {
  return socket.rawListeners(event) as Listener[]
}
