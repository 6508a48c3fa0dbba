import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type HandshakeLeg, legOf } from '../wire/leg-of.js'

/** One request as a hostile server saw it. */
export interface SeenRequest {
  method: string
  path: string
  headers: IncomingMessage['headers']
  leg: HandshakeLeg
  connection: number
  bodyBytes: number
}

/** What a script has to answer a request with: the socket itself, and no HTTP library in between. */
export interface Exchange {
  request: SeenRequest
  /** From 1, over all connections. */
  nth: number
  socket: Socket
}

export interface Script {
  /** Called when a request has arrived to its end. */
  answer(exchange: Exchange): void
  /** Called before there is any request. */
  connected?(socket: Socket): void
}

/** More than any AUTHENTICATE needs, though it echoes 64 KB of target info in base64. */
const MAX_HEADER_SIZE = 512 * 1024

/** One session meets many servers here, and what it has learned of an origin it would take for true of the next one. */
const usedPorts = new Set<number>()

async function listenOnNewPort(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  if (!usedPorts.has(port)) {
    usedPorts.add(port)
    return port
  }
  await new Promise((resolve) => server.close(resolve))
  return listenOnNewPort(server)
}

/** Reads requests as any server does, and writes whatever its script says. */
export class ScriptedServer {
  readonly requests: SeenRequest[] = []
  readonly #script: Script
  readonly #server = createServer({ maxHeaderSize: MAX_HEADER_SIZE, keepAliveTimeout: 0 })
  readonly #open = new Map<Socket, number>()
  #origin = ''
  #connections = 0
  #sent = 0
  #onAllClosed: (() => void) | undefined

  private constructor(script: Script) {
    this.#script = script
    this.#server.on('connection', (socket: Socket) => this.#connected(socket))
    this.#server.on('request', (request, response) => this.#receive(request, response))
    this.#server.on('checkContinue', (request, response) => this.#receive(request, response))
  }

  static async start(script: Script | Script['answer']): Promise<ScriptedServer> {
    const server = new ScriptedServer(typeof script === 'function' ? { answer: script } : script)
    server.#origin = `http://127.0.0.1:${await listenOnNewPort(server.#server)}`
    return server
  }

  get origin(): string {
    return this.#origin
  }

  get connections(): number {
    return this.#connections
  }

  get openConnections(): number {
    return this.#open.size
  }

  /** Bytes that were given to the system to send, over all connections. */
  get bytesSent(): number {
    return [...this.#open.keys()].reduce((sum, { bytesWritten }) => sum + bytesWritten, this.#sent)
  }

  /** Resolves when no connection is open. */
  async allClosed(): Promise<void> {
    if (this.#open.size === 0) return
    await new Promise<void>((resolve) => {
      this.#onAllClosed = resolve
    })
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#open.keys()) socket.destroy()
    await closed
  }

  #connected(socket: Socket): void {
    this.#open.set(socket, ++this.#connections)
    socket.on('error', () => {})
    socket.once('close', () => {
      this.#sent += socket.bytesWritten
      this.#open.delete(socket)
      if (this.#open.size === 0) this.#onAllClosed?.()
    })
    this.#script.connected?.(socket)
  }

  #receive(incoming: IncomingMessage, response: ServerResponse): void {
    const { socket, headers, method = '', url: path = '' } = incoming
    // The script writes; Node's own response would only wait for its turn.
    response.detachSocket(socket)
    const request: SeenRequest = {
      method,
      path,
      headers,
      leg: legOf(headers.authorization),
      connection: this.#open.get(socket) ?? 0,
      bodyBytes: 0,
    }
    this.requests.push(request)
    const nth = this.requests.length
    incoming.on('data', (chunk: Buffer) => {
      request.bodyBytes += chunk.length
    })
    incoming.on('error', () => {})
    incoming.on('end', () => this.#script.answer({ request, nth, socket }))
  }
}
