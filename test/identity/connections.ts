import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { ConnectionLedger } from './connection-ledger.js'
import type { IdentityLedger } from './identity-ledger.js'
import { type Ending, turns } from './plan.js'

/** More than it takes until both sides know that a connection has ended. */
const MAX_TURNS = 200

/** The connections of one origin, in the hand of whoever wants them to end or to be forgotten. */
export class Connections {
  readonly #ledger: () => IdentityLedger
  readonly #origin: number
  readonly #open = new Map<Socket, ConnectionLedger>()
  #opened = 0

  /** @param ledger that of the run under way. */
  constructor(ledger: () => IdentityLedger, origin: number) {
    this.#ledger = ledger
    this.#origin = origin
  }

  of(socket: Socket): ConnectionLedger | undefined {
    return this.#open.get(socket)
  }

  add(socket: Socket): void {
    const ledger = this.#ledger()
    ledger.figures.connections++
    this.#open.set(socket, new ConnectionLedger(++this.#opened, ledger.isListed(this.#origin)))
    socket.on('error', () => {})
    socket.once('close', () => this.#open.delete(socket))
  }

  end(socket: Socket, how: Ending): void {
    this.#ledger().figures.resets++
    if (how === 'end') socket.end()
    else if (socket instanceof TLSSocket) socket.destroy()
    else socket.resetAndDestroy()
  }

  /** Ends all, or one, at once: the requests on them are lost. */
  endSome(which: number | 'all', how: Ending): void {
    for (const [socket] of this.#chosen(which)) this.end(socket, how)
  }

  /** Closes those on which nothing is asked, as servers do, and waits until both sides have. */
  async closeIdle(): Promise<void> {
    const idle = [...this.#open].filter(([, { busy }]) => busy === 0).map(([socket]) => socket)
    for (const socket of idle) this.end(socket, 'end')
    for (let turn = 0; turn < MAX_TURNS && idle.some(({ closed }) => !closed); turn++) await turns(1)
  }

  forget(which: number | 'all'): void {
    for (const [, connection] of this.#chosen(which)) connection.forgotten = connection.authenticated
  }

  /** Ends whatever a run has left. */
  async clear(): Promise<void> {
    for (const socket of this.#open.keys()) socket.destroy()
    for (let turn = 0; turn < MAX_TURNS && this.#open.size > 0; turn++) await turns(1)
  }

  #chosen(which: number | 'all'): [Socket, ConnectionLedger][] {
    const all = [...this.#open]
    return which === 'all' || all.length === 0 ? all : [all[which % all.length]]
  }
}
