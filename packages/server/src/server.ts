import { once } from 'node:events'
import { createServer as createHttpServer, type IncomingMessage, ServerResponse } from 'node:http'
import {
  constants,
  createSecureServer,
  type Http2SecureServer,
  type Http2ServerRequest,
  type ServerHttp2Session,
} from 'node:http2'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { shown } from '@ntlmkit/core'
import { type KeyAndCertificate, makeCertificate } from './certificate.js'
import { echo } from './echo.js'
import { Gate } from './gate.js'
import { IdleTimeout } from './idle-timeout.js'
import { configError } from './option-rules.js'
import type { RequestRecord } from './request-record.js'
import {
  type Handler,
  type NtlmServerOptions,
  type ResolvedServerOptions,
  resolveServerOptions,
} from './server-options.js'

/** Large enough for an AUTHENTICATE that echoes 64 KB of target info. */
const MAX_HEADER_SIZE = 256 * 1024
/** A handler's error may repeat what its client sent. */
const MESSAGE_AT_MOST = 1000

/**
 * A server that asks for NTLM, on loopback. For tests and development: no domain controller is asked.
 *
 * @throws {NtlmError} ERR_NTLM_CONFIG for an option that is missing, unknown, of the wrong kind or contradicted.
 */
export function createNtlmServer(options: NtlmServerOptions): NtlmServer {
  return new NtlmServer(options)
}

/** Made by {@link createNtlmServer}; listens once `listen` is called, and again after `close`. */
export class NtlmServer {
  /** A record of each request, in the order they came, since the last `clear`. */
  readonly log: RequestRecord[] = []

  readonly #options: ResolvedServerOptions
  readonly #handler: Handler
  readonly #gate: Gate
  readonly #idle: IdleTimeout
  readonly #open = new Set<Socket>()
  /** Beside the open ones, those in the middle of a TLS handshake. */
  readonly #sockets = new Set<Socket>()
  #opened = 0
  #server: Server | undefined
  #certificate: KeyAndCertificate | undefined

  constructor(options: NtlmServerOptions) {
    this.#options = resolveServerOptions(options)
    this.#handler = this.#options.handler ?? echo
    this.#gate = new Gate(this.#options.auth)
    this.#idle = new IdleTimeout(this.#options.idleTimeout)
  }

  /** `http://127.0.0.1:8080/`. Only while it listens. */
  get url(): string {
    return `${this.origin}/`
  }

  /** `http://127.0.0.1:8080`. Only while it listens. */
  get origin(): string {
    const { host, tls } = this.#options
    return `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${this.port}`
  }

  /** Only while it listens. */
  get port(): number {
    const address = this.#server?.address() as AddressInfo | null | undefined
    if (address) return address.port
    throw configError('The server does not listen.', 'Call listen() first, and wait for it.')
  }

  /** The certificate to trust, PEM; undefined without TLS, and before `listen`. */
  get ca(): string | undefined {
    return this.#certificate?.cert
  }

  /** Connections opened since the last `clear`. */
  get connections(): number {
    return this.#opened
  }

  /** Connections that are open now. */
  get openConnections(): number {
    return this.#open.size
  }

  /** Begins `log` and the count of connections anew. */
  clear(): void {
    this.log.length = 0
    this.#opened = 0
  }

  /** @param port Default: any that is free. */
  async listen(port = 0): Promise<this> {
    const server = await this.#create()
    server.listen(port, this.#options.host)
    await once(server, 'listening')
    this.#server = server
    return this
  }

  /** Stops listening and closes every connection. */
  async close(): Promise<void> {
    const server = this.#server
    if (server === undefined) return
    this.#server = undefined
    const sockets = new Set([...this.#open, ...this.#sockets])
    const closed = [server, ...sockets].map((each) => once(each, 'close'))
    server.close()
    for (const socket of sockets) socket.destroy()
    await Promise.all(closed)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #create(): Promise<Server> {
    const { tls, http2, host } = this.#options
    const options = { maxHeaderSize: MAX_HEADER_SIZE, keepAliveTimeout: 0 }
    if (tls === undefined) return this.#attach(createHttpServer(options), 'connection')
    this.#certificate ??= 'cert' in tls ? tls : await makeCertificate(host, tls)
    const { key, cert } = this.#certificate
    const secure = { ...options, ...tls.options, key, cert }
    if (http2 === undefined) return this.#attach(createHttpsServer(secure), 'secureConnection')
    return this.#attachHttp2(createSecureServer({ ...secure, allowHTTP1: true }))
  }

  #attach(server: Server, connected: 'connection' | 'secureConnection'): Server {
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
    server.on(connected, (socket: Socket) => this.#connected(socket))
    server.on('request', (request, response) => void this.#serve(request, response))
    server.on('checkContinue', (request, response) => void this.#serve(request, response, true))
    if (this.#options.upgrade) {
      server.on('upgrade', (request, socket, head) => void this.#upgrade(request, socket, head))
    }
    return server
  }

  #attachHttp2(server: Http2SecureServer): Server {
    server.on('session', (session: ServerHttp2Session) => {
      session.on('error', () => {})
      this.#gate.connections.of(session)
    })
    return this.#attach(server as unknown as Server, 'secureConnection')
  }

  #connected(socket: Socket): void {
    this.#opened++
    this.#open.add(socket)
    if ((socket as Partial<TLSSocket>).alpnProtocol !== 'h2') this.#gate.connections.of(socket)
    this.#idle.watch(socket)
    socket.on('error', () => {})
    socket.once('close', () => this.#open.delete(socket))
  }

  async #serve(request: IncomingMessage, response: ServerResponse, expectsContinue = false): Promise<void> {
    if (request.httpVersionMajor === 2 && this.#options.http2 === 'reset') {
      ;(request as unknown as Http2ServerRequest).stream.close(constants.NGHTTP2_HTTP_1_1_REQUIRED)
      return
    }
    this.#watchIdle(request.socket, response)
    try {
      // An answer before the body was called for leaves open whether the client still sends it.
      if (expectsContinue) response.shouldKeepAlive = false
      if (!(await this.#gate.admit(request, response, (record) => this.#record(record)))) return
      if (expectsContinue) {
        response.shouldKeepAlive = true
        response.writeContinue()
      }
      await this.#handler(request, response)
    } catch (error) {
      fail(request, response, error)
    }
  }

  #watchIdle(socket: Socket, response: ServerResponse): void {
    const { keepAliveHeader, idleTimeout } = this.#options
    if (keepAliveHeader) response.setHeader('Keep-Alive', `timeout=${Math.floor(idleTimeout / 1000)}`)
    this.#idle.begin(socket)
    response.once('close', () => this.#idle.end(socket))
  }

  /** A refusal ends the connection: Node has let go of it by now. */
  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const response = new ServerResponse(request)
    response.shouldKeepAlive = false
    response.assignSocket(request.socket)
    response.once('finish', () => {
      // Node does so for the responses it made itself.
      response.emit('close')
      request.socket.destroySoon()
    })
    this.#idle.begin(request.socket)
    let seen: RequestRecord | undefined
    try {
      const admitted = await this.#gate.admit(request, response, (record) => {
        seen = record
        this.#record(record)
      })
      if (!admitted) return
      if (seen) seen.status = 101
      response.detachSocket(request.socket)
      response.emit('close')
      this.#options.upgrade?.(request, socket, head)
    } catch (error) {
      fail(request, response, error)
    }
  }

  #record(record: RequestRecord): void {
    if (this.#options.keepLog) this.log.push(record)
  }
}

/** A handler or account store that failed, or a client that left in the middle of its body. */
function fail(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (request.socket.destroyed || request.aborted) return
  if (response.headersSent) {
    response.destroy()
    return
  }
  const text = `${shown(error instanceof Error ? error.message : String(error), MESSAGE_AT_MOST)}\n`
  response.writeHead(500, { 'Content-Type': 'text/plain', 'Content-Length': Buffer.byteLength(text) })
  response.end(text)
}
