import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { type Modes, type NtlmMiddleware, ntlmAuth, type RequestRecord } from '@ntlmkit/server'
import { makeCertificate } from '../../packages/server/src/certificate.js'
import { count } from '../load/counts.js'
import { legOf } from '../wire/leg-of.js'
import { answer, PATHS, receive } from './application.js'
import type { ConnectionLedger } from './connection-ledger.js'
import { Connections } from './connections.js'
import type { IdentityLedger } from './identity-ledger.js'
import { type ObservedRequest, OWN_CREDENTIALS } from './observed-request.js'
import { type Point, turns } from './plan.js'

/** How an origin differs from a plain one. */
export interface OriginOptions extends Pick<Modes, 'persist'> {
  tls?: boolean
  scheme?: 'ntlm' | 'negotiate'
}

/**
 * One origin: the acceptor of @ntlmkit/server on a server of node:http, whose connections this suite has in hand. For
 * every request it compares who its connection stands for with who asked.
 */
export class OriginServer {
  readonly number: number
  readonly ca: string | undefined
  readonly connections: Connections
  readonly #server: Server
  readonly #auth: NtlmMiddleware
  readonly #challengeFields: { 'WWW-Authenticate': string }
  /** Of the run under way. */
  #ledger!: IdentityLedger
  #origins!: readonly OriginServer[]

  static async start(number: number, options: OriginOptions = {}): Promise<OriginServer> {
    const certificate = options.tls ? await makeCertificate('127.0.0.1') : undefined
    const origin = new OriginServer(number, options, certificate)
    await new Promise<void>((resolve) => origin.#server.listen(0, '127.0.0.1', resolve))
    return origin
  }

  private constructor(number: number, options: OriginOptions, certificate?: { key: string; cert: string }) {
    const { scheme = 'ntlm', persist } = options
    this.number = number
    this.connections = new Connections(() => this.#ledger, number)
    this.ca = certificate?.cert
    this.#challengeFields = { 'WWW-Authenticate': scheme === 'ntlm' ? 'NTLM' : 'Negotiate' }
    this.#auth = ntlmAuth({
      users: ({ user }) => {
        const password = this.#ledger.passwords.atServer(user, number)
        return password === undefined ? undefined : { password }
      },
      schemes: [scheme],
      persist,
      anonymous: ({ headers }) => headers.authorization === OWN_CREDENTIALS,
      // Not to lose time: it is told of every request once that is judged, and before it is answered.
      delay: (record) => {
        this.#judged(record)
        return 0
      },
    })
    const serve = (request: IncomingMessage, response: ServerResponse) => void this.#serve(request, response)
    this.#server = certificate
      ? createSecureServer({ ...certificate, keepAliveTimeout: 0 }, serve)
      : createServer({ keepAliveTimeout: 0 }, serve)
    this.#server.on(certificate ? 'secureConnection' : 'connection', (socket: Socket) =>
      this.connections.add(socket),
    )
  }

  get origin(): string {
    return `${this.ca ? 'https' : 'http'}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  begin(ledger: IdentityLedger, origins: readonly OriginServer[]): void {
    this.#ledger = ledger
    this.#origins = origins
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    await this.connections.clear()
    this.#server.closeAllConnections()
    await closed
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket, headers } = request
    const asked = this.#ledger.find(headers['x-request'])
    const connection = this.connections.of(socket)
    if (asked === undefined || connection === undefined) {
      socket.destroy()
      return
    }
    this.#ledger.figures.onTheWire++
    connection.busy++
    response.once('close', () => connection.busy--)
    response.setHeader('x-answers', asked.id)

    const leg = legOf(headers.authorization)
    asked.trace.push(
      `origin ${this.number}, connection ${connection.number}: ${request.method} ${request.url} ${leg === 'none' ? '' : leg}`,
    )
    this.#checkConnection(asked, connection, request)
    const isHandshake = leg === 'NEGOTIATE' || leg === 'AUTHENTICATE'
    if (isHandshake && this.#reach(asked, leg, socket)) return
    if (connection.forgotten && !isHandshake && !asked.isOwn) {
      this.#refuse(asked, response)
      return
    }
    this.#auth(request, response, (error) => {
      const done = error ? Promise.reject(error) : this.#admitted(asked, connection, request, response)
      done.catch((failure: unknown) => {
        // A client that leaves in the middle of its body.
        if (!socket.destroyed) this.#ledger.complain(asked, `the server failed: ${failure}`)
        response.destroy()
      })
    })
  }

  #checkConnection(asked: ObservedRequest, connection: ConnectionLedger, { headers }: IncomingMessage): void {
    if (headers['x-asks-as'] !== asked.asker.user) {
      this.#ledger.complain(asked, `arrives as a request of ${headers['x-asks-as']}`)
    }
    const wrong = connection.take(asked)
    if (wrong) this.#ledger.complainOfIdentity(asked, wrong)
    if (!this.#ledger.isListed(this.number) && !asked.isOwn && headers.authorization !== undefined) {
      this.#ledger.complainOfIdentity(asked, 'takes an Authorization to an unlisted origin')
    }
  }

  /** What the acceptor makes of a request, before it says so. */
  #judged(record: Readonly<RequestRecord>): void {
    const asked = this.#ledger.find(record.headers['x-request'])
    if (asked === undefined) return
    const { leg, user, failed, violation } = record
    if (violation) this.#ledger.complainOfIdentity(asked, `breaks a rule: ${violation}`)
    if (leg === 'authenticate') {
      if (user !== asked.asker.user) this.#ledger.complainOfIdentity(asked, `authenticates as ${user}`)
      if (failed === undefined) return
      asked.trace.push(`refused: ${failed}`)
      this.#ledger.figures.refusedHandshakes++
      this.#ledger.refused(asked, this.number)
    }
    if (leg === 'none' && user === undefined && this.#ledger.isListed(this.number)) this.#forgot(asked)
  }

  #refuse(asked: ObservedRequest, response: ServerResponse): void {
    this.#forgot(asked)
    response.writeHead(401, { ...this.#challengeFields, 'Content-Length': 0 }).end()
  }

  #forgot(asked: ObservedRequest): void {
    asked.forgotten++
    asked.trace.push('the connection is forgotten')
    this.#ledger.figures.forgotten++
  }

  async #admitted(
    asked: ObservedRequest,
    connection: ConnectionLedger,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { ntlm, socket } = request
    const user = asked.isOwn ? undefined : request.headers['x-asks-as']
    if (ntlm?.username !== user) {
      this.#ledger.complainOfIdentity(asked, `runs as ${ntlm?.username}, and ${user} asked`)
    }
    if (ntlm && request.headers.authorization !== undefined) {
      this.#ledger.figures.handshakes++
      connection.forgotten = false
      connection.authenticated = true
      if (request.url === PATHS.forbidden) this.#ledger.forbidden(asked, this.number)
      else asked.authenticated.add(this.number)
    }
    if (isLeg(request, asked)) {
      request.resume()
      response.writeHead(request.url === PATHS.forbidden ? 401 : 204, this.#challengeFields).end()
      return
    }
    const hop = `o${this.number}${request.url}`
    count(asked.begun, hop)
    const body = await receive(request, () => this.#reach(asked, 'body', socket))
    if (!body.equals(asked.bytes))
      this.#ledger.complain(asked, `arrives with another body, ${body.length} bytes`)
    if (socket.destroyed) return
    count(asked.whole, hop)
    if (this.#reach(asked, 'whole', socket)) return
    await turns(asked.plan.slow)
    if (socket.destroyed) return
    answer(request, response, asked, {
      challenge: this.#challengeFields,
      originOf: (number) => this.#origins[number].origin,
      isCut: () => this.#reach(asked, 'answer', socket),
    })
  }

  /** @returns whether the connection ends here. */
  #reach(asked: ObservedRequest, point: Point, socket: Socket): boolean {
    asked.reach(point)
    if (!asked.takeCut(point)) return false
    asked.trace.push(`the server ends the connection: ${asked.plan.cut!.how}`)
    if (point !== 'NEGOTIATE') this.#ledger.lost(asked, this.number)
    this.connections.end(socket, asked.plan.cut!.how)
    return true
  }
}

/** A HEAD in the name of a request: whether the connection will do for it. */
function isLeg({ method }: IncomingMessage, asked: ObservedRequest): boolean {
  return method === 'HEAD' && asked.method !== 'HEAD'
}
