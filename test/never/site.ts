import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Server, Socket } from 'node:net'
import { type KeyAndCertificate, type NtlmMiddleware, ntlmAuth, type Users } from '@ntlmkit/server'
import { onTestFinished } from 'vitest'
import { ALICE } from '../wire.js'
import { type Carried, type Seen, seenOf } from './seen.js'

export type { Seen } from './seen.js'

/** A request that the application was handed. */
export interface Act {
  readonly method: string
  readonly path: string
  readonly user: string | null
  bodyBytes: number
  /** Hex; undefined until the body has come to its end. */
  bodySha256?: string
}

export interface SiteOptions {
  /** Default: Alice. */
  users?: Users
  /** Whether a request needs no authentication. Default: every request needs it. */
  isOpen?: (seen: Seen) => boolean
  /** Answers a request, or never does, before anything looks at it; true where it was taken. */
  take?: (seen: Seen, request: IncomingMessage, response: ServerResponse) => boolean
  /** A status in the place of the one that is due, which then offers nothing. */
  instead?: (seen: Seen) => number | undefined
  /** Answers what was let pass; true where it did. Default: the act, as JSON. */
  application?: (act: Act, request: IncomingMessage, response: ServerResponse) => boolean
  /** https with this certificate, which asks clients for one of theirs. */
  tls?: KeyAndCertificate
}

interface Connection {
  readonly number: number
  readonly brought: Carried[]
  gate: NtlmMiddleware
}

/** An NTLM site for one test: an application with a ledger of its acts, and in front of it what authenticates. */
export class Site {
  readonly seen: Seen[] = []
  readonly acts: Act[] = []
  connections = 0
  readonly #options: SiteOptions
  readonly #open = new Map<Socket, Connection>()
  readonly #awaited = new Set<{ matches: (seen: Seen) => boolean; reached: (seen: Seen) => void }>()
  #server!: Server

  static async start(options: SiteOptions = {}): Promise<Site> {
    const site = new Site(options)
    await site.#listen()
    onTestFinished(() => site.#close())
    return site
  }

  private constructor(options: SiteOptions) {
    this.#options = options
  }

  get origin(): string {
    return `${this.#options.tls ? 'https' : 'http'}://127.0.0.1:${this.port}`
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get openConnections(): number {
    return this.#open.size
  }

  /** How often a password was tried: each AUTHENTICATE is one attempt, whatever it was answered. */
  get logOns(): number {
    return this.seen.filter(({ carried }) => carried === 'authenticate').length
  }

  /** Begins the records anew. */
  clear(): void {
    this.seen.length = 0
    this.acts.length = 0
    this.connections = 0
  }

  /** The next request for which this holds; it has not been answered by then. */
  reached(matches: (seen: Seen) => boolean): Promise<Seen> {
    return new Promise((reached) => this.#awaited.add({ matches, reached }))
  }

  /** Every connection is nobody's from now on. */
  forget(): void {
    for (const connection of this.#open.values()) connection.gate = this.#gate()
  }

  /** Closes every connection, as a server does with idle ones, and waits until they are closed on both sides. */
  async closeConnections(): Promise<void> {
    const closed = [...this.#open.keys()].map((socket) => once(socket, 'close'))
    for (const socket of this.#open.keys()) socket.end()
    await Promise.all(closed)
  }

  async #listen(): Promise<void> {
    const listener = (request: IncomingMessage, response: ServerResponse) => this.#receive(request, response)
    const options = { keepAliveTimeout: 0 }
    const { tls } = this.#options
    this.#server = tls
      ? createSecureServer({ ...options, ...tls, requestCert: true, rejectUnauthorized: false }, listener)
      : createServer(options, listener)
    this.#server.on(tls ? 'secureConnection' : 'connection', (socket: Socket) => this.#connected(socket))
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  async #close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#open.keys()) socket.destroy()
    await closed
  }

  #gate(): NtlmMiddleware {
    return ntlmAuth({ users: this.#options.users ?? { [ALICE.username]: ALICE.password } })
  }

  #connected(socket: Socket): void {
    this.#open.set(socket, { number: ++this.connections, brought: [], gate: this.#gate() })
    socket.on('error', () => {})
    socket.once('close', () => this.#open.delete(socket))
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const connection = this.#open.get(request.socket)
    if (connection === undefined) return
    const seen = seenOf(request, connection.number, connection.brought)
    this.seen.push(seen)
    for (const awaited of this.#awaited) {
      if (!awaited.matches(seen)) continue
      this.#awaited.delete(awaited)
      awaited.reached(seen)
    }
    connection.brought.push(seen.carried)
    const { take, instead, isOpen } = this.#options
    if (take?.(seen, request, response)) return
    const status = instead?.(seen)
    if (status !== undefined) replaceStatus(response, status)
    if (isOpen?.(seen)) void this.#serve(request, response)
    else connection.gate(request, response, () => void this.#serve(request, response))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '' } = request
    const act: Act = { method, path, user: request.ntlm?.username ?? null, bodyBytes: 0 }
    this.acts.push(act)
    if (this.#options.application?.(act, request, response)) return
    const hash = createHash('sha256')
    try {
      for await (const chunk of request as AsyncIterable<Buffer>) {
        act.bodyBytes += chunk.length
        hash.update(chunk)
      }
    } catch {
      // The client left in the middle: the act stays as far as it came.
      return
    }
    act.bodySha256 = hash.digest('hex')
    const body = Buffer.from(JSON.stringify(act))
    response.setHeader('Content-Type', 'application/json')
    response.setHeader('Content-Length', body.length)
    response.end(body)
  }
}

function replaceStatus(response: ServerResponse, status: number): void {
  const writeHead = response.writeHead
  response.writeHead = function (this: ServerResponse) {
    this.removeHeader('www-authenticate')
    return writeHead.call(this, status)
  } as typeof writeHead
}
