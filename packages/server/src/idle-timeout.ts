import type { Socket } from 'node:net'

/** Closes connections on which nothing has been asked for a while, without a word on them: as servers do. */
export class IdleTimeout {
  readonly #milliseconds: number
  readonly #idle = new WeakMap<object, { busy: number; timer?: NodeJS.Timeout }>()

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds
  }

  /** A connection is there. */
  watch(socket: Socket): void {
    this.#idle.set(socket, { busy: 0 })
    this.#start(socket)
    socket.once('close', () => clearTimeout(this.#idle.get(socket)?.timer))
  }

  /** A request has come. */
  begin(socket: Socket): void {
    const state = this.#idle.get(socket)
    if (state === undefined) return
    state.busy++
    clearTimeout(state.timer)
  }

  /** Its answer is out. */
  end(socket: Socket): void {
    const state = this.#idle.get(socket)
    if (state === undefined || --state.busy > 0 || socket.destroyed) return
    this.#start(socket)
  }

  #start(socket: Socket): void {
    const state = this.#idle.get(socket)!
    state.timer = setTimeout(() => socket.destroySoon(), this.#milliseconds)
    state.timer.unref()
  }
}
