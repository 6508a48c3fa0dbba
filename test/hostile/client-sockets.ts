import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { onTestFinished } from 'vitest'

const CHANNEL = 'net.client.socket'

/** The sockets that this process opens, whichever client does so. */
export class ClientSockets {
  readonly #sockets: Socket[] = []

  /** From now until the end of the test. */
  static watch(): ClientSockets {
    const watched = new ClientSockets()
    const opened = (message: unknown) => void watched.#sockets.push((message as { socket: Socket }).socket)
    subscribe(CHANNEL, opened)
    onTestFinished(() => void unsubscribe(CHANNEL, opened))
    return watched
  }

  get count(): number {
    return this.#sockets.length
  }

  /** What was taken from the system: what still waits there is nobody's memory but its own. */
  get bytesRead(): number {
    return this.#sockets.reduce((sum, { bytesRead }) => sum + bytesRead, 0)
  }
}
