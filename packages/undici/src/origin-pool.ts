import { afterPolling, type ConnectionCounts, type OriginSession } from '@ntlmkit/transport'
import type { ResolvedAgentOptions } from './agent-options.js'
import { type Destination, openConnection } from './connecting.js'
import type { Exchange, ExchangePool } from './exchange.js'
import type { PinnedConnection } from './pinned-connection.js'

/** The connections of one identity to one origin, and the requests that wait for one. */
export class OriginPool implements ExchangePool {
  readonly options: ResolvedAgentOptions
  readonly session: OriginSession
  readonly #destination: Destination
  readonly #onUnused: () => void
  readonly #active = new Set<Exchange>()
  readonly #queue = new Set<Exchange>()
  /** The one used last is taken first, so that the others can grow old and close. */
  readonly #idle: PinnedConnection[] = []
  readonly #open = new Set<PinnedConnection>()
  /** Exchanges that have a place in the pool, and no connection yet. */
  readonly #opening = new Set<Exchange>()
  readonly #onDrained: (() => void)[] = []
  #isRetired = false

  /** @param onUnused called when nothing is left here: no request, and no connection. */
  constructor(
    options: ResolvedAgentOptions,
    session: OriginSession,
    destination: Destination,
    onUnused: () => void,
  ) {
    this.options = options
    this.session = session
    this.#destination = destination
    this.#onUnused = onUnused
  }

  get counts(): ConnectionCounts {
    return { open: this.#open.size, free: this.#idle.length }
  }

  dispatch(exchange: Exchange): void {
    this.#active.add(exchange)
    exchange.prepare(() => this.#place(exchange))
  }

  #place(exchange: Exchange): void {
    const connection = this.#takeIdle()
    if (connection) this.#lend(connection, exchange)
    else if (this.#hasPlace()) this.#reserve(exchange)
    else this.#queue.add(exchange)
  }

  connect(
    exchange: Exchange,
    done: (error: Error | null, connection?: PinnedConnection) => void,
  ): () => void {
    const opened = (error: Error | null, connection?: PinnedConnection) => {
      if (connection) {
        this.#opening.delete(exchange)
        this.#open.add(connection)
      }
      done(error, connection)
    }
    const onClose = (connection: PinnedConnection) => this.#forget(connection)
    return openConnection(this.options, this.session, this.#destination, opened, onClose)
  }

  release(connection: PinnedConnection): void {
    if (connection.closed) return
    const [next] = this.#queue
    if (next === undefined && this.#isRetired) {
      this.discard(connection)
      return
    }
    if (next === undefined) {
      this.#idle.push(connection)
      connection.idle()
      return
    }
    this.#queue.delete(next)
    this.#lend(connection, next)
  }

  /**
   * Servers end a connection behind an answer without having said so. What may not be acted on twice waits until the
   * event loop has read what has arrived since.
   */
  #lend(connection: PinnedConnection, exchange: Exchange): void {
    if (exchange.isSafe) {
      exchange.run(connection)
      return
    }
    afterPolling(() => {
      if (exchange.finished) this.release(connection)
      else if (connection.usable) exchange.run(connection)
      else this.#lendAnother(connection, exchange)
    })
  }

  #lendAnother(connection: PinnedConnection, exchange: Exchange): void {
    this.discard(connection)
    this.#place(exchange)
  }

  discard(connection: PinnedConnection, reason: Error | null = null): void {
    connection.destroy(reason)
    this.#forget(connection)
  }

  surrender(connection: PinnedConnection): void {
    connection.abandon()
    this.#forget(connection)
  }

  replace(connection: PinnedConnection, exchange: Exchange): void {
    this.#opening.add(exchange)
    this.discard(connection)
  }

  finished(exchange: Exchange): void {
    this.#active.delete(exchange)
    this.#queue.delete(exchange)
    if (this.#opening.delete(exchange)) this.#fillPlaces()
    if (this.#active.size === 0) for (const drained of this.#onDrained.splice(0)) drained()
    this.#checkUse()
  }

  #checkUse(): void {
    if (this.#active.size === 0 && this.#open.size === 0) this.#onUnused()
  }

  /** Lets what is under way finish, then closes every connection. */
  async close(): Promise<void> {
    await this.#drained()
    for (const connection of [...this.#open]) this.discard(connection)
  }

  /**
   * Keeps no idle connection from now on; requests go as ever.
   *
   * @returns done when nothing is under way.
   */
  retire(): Promise<void> {
    this.#isRetired = true
    for (const connection of [...this.#idle]) this.discard(connection)
    return this.#drained()
  }

  async #drained(): Promise<void> {
    if (this.#active.size > 0) await new Promise<void>((resolve) => this.#onDrained.push(resolve))
  }

  destroy(reason: Error): void {
    for (const exchange of [...this.#active]) exchange.abort(reason)
    for (const connection of [...this.#open]) this.discard(connection, reason)
  }

  #takeIdle(): PinnedConnection | undefined {
    const authenticated = this.#idle.findLastIndex(({ auth }) => auth.state === 'authenticated')
    const [connection] = this.#idle.splice(authenticated, 1)
    connection?.busy()
    return connection
  }

  #hasPlace(): boolean {
    return this.#open.size + this.#opening.size < this.options.connections
  }

  #reserve(exchange: Exchange): void {
    this.#opening.add(exchange)
    exchange.open()
  }

  #forget(connection: PinnedConnection): void {
    if (!this.#open.delete(connection)) return
    const idle = this.#idle.indexOf(connection)
    if (idle >= 0) this.#idle.splice(idle, 1)
    this.#fillPlaces()
    this.#checkUse()
  }

  #fillPlaces(): void {
    for (const exchange of this.#queue) {
      if (!this.#hasPlace()) return
      this.#queue.delete(exchange)
      this.#reserve(exchange)
    }
  }
}
