import { measureMemory, type ProcessMemory } from './process-memory.js'
import type { Servers } from './servers.js'
import type { SocketWatch } from './socket-watch.js'

/** What a run holds at one moment. */
export interface Sample {
  requests: number
  clients: ProcessMemory
  servers: ProcessMemory
  clientSockets: number
  serverSockets: number
}

const EVERY = 5000

/** Measures both processes all through a run, under its load. */
export class MemorySeries {
  readonly samples: Sample[] = []
  readonly #servers: Servers
  readonly #sockets: SocketWatch
  readonly #requests: () => number
  readonly #timer: NodeJS.Timeout

  /** @param requests settled so far. */
  constructor(servers: Servers, sockets: SocketWatch, requests: () => number) {
    this.#servers = servers
    this.#sockets = sockets
    this.#requests = requests
    this.#timer = setInterval(() => {
      // Servers that have ended end the run.
      this.#measure().catch(() => {})
    }, EVERY)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async #measure(): Promise<void> {
    const clients = measureMemory()
    const servers = await this.#servers.measureMemory()
    this.samples.push({
      requests: this.#requests(),
      clients,
      servers,
      clientSockets: this.#sockets.clients.last,
      serverSockets: this.#sockets.servers.last,
    })
  }
}
