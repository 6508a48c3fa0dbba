import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { legOf } from '#leg-of'
import { accountStore, ConnectionAuthentication } from '../fault-server/authentication.js'
import type { SchemeName } from '../fault-server/index.js'
import { ALICE } from '../wire.js'
import { type Answer, bytesOf } from './answer.js'
import type { Decide, Decision, SeenRequest } from './decisions.js'

export interface SiteOptions {
  decide: Decide
  /** The only one it offers. Default: `'NTLM'`. */
  scheme?: SchemeName
  /** A cookie comes with each CHALLENGE, and the AUTHENTICATE has to bring it back, as load balancers want it. */
  sticky?: boolean
}

interface Connection {
  number: number
  authentication: ConnectionAuthentication
  /** Nothing is read from it any more. */
  over: boolean
}

type Serve = Decision & { does: 'serve' }

const ACCOUNTS = accountStore({ [ALICE.username]: ALICE.password })
/** A method without effects (RFC 9110 9.2.1). */
export const isSafe = (method: string) => /^(?:GET|HEAD|OPTIONS)$/.test(method)

/** A scripted server: it reads requests as any server does, verifies tokens, and does with each what it is told to. */
export class Site {
  readonly requests: SeenRequest[] = []
  /** May be replaced: a server that recovers. */
  decide: Decide
  readonly #scheme: SchemeName
  readonly #sticky: boolean
  readonly #server = createServer({ keepAliveTimeout: 0 })
  readonly #connections = new Map<Socket, Connection>()
  #accepted = 0

  private constructor({ decide, scheme = 'NTLM', sticky = false }: SiteOptions) {
    this.decide = decide
    this.#scheme = scheme
    this.#sticky = sticky
    this.#server.on('connection', (socket: Socket) => this.#connected(socket))
    this.#server.on('request', (request, response) => void this.#receive(request, response))
  }

  static async start(options: SiteOptions): Promise<Site> {
    const site = new Site(options)
    await new Promise<void>((resolve) => site.#server.listen(0, '127.0.0.1', resolve))
    return site
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  get connections(): number {
    return this.#accepted
  }

  /** Resolves when the clients have closed every connection that the site has ended. */
  async settled(): Promise<void> {
    await this.#closed(([, { over }]) => over)
  }

  /** Resolves when no connection is open. */
  async allClosed(): Promise<void> {
    await this.#closed(() => true)
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#connections.keys()) socket.destroy()
    await closed
  }

  async #closed(which: (entry: [Socket, Connection]) => boolean): Promise<void> {
    const open = [...this.#connections].filter(which)
    if (open.length === 0) return
    await Promise.all(open.map(([socket]) => new Promise((resolve) => socket.once('close', resolve))))
    await this.#closed(which)
  }

  #connected(socket: Socket): void {
    const authentication = new ConnectionAuthentication(ACCOUNTS, [this.#scheme])
    this.#connections.set(socket, { number: ++this.#accepted, authentication, over: false })
    socket.on('error', () => {})
    socket.once('close', () => this.#connections.delete(socket))
  }

  async #receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket, method = '', url: path = '', headers } = incoming
    const connection = this.#connections.get(socket)
    if (connection === undefined) return
    if (connection.over) {
      socket.destroy()
      return
    }
    // The site writes; Node's own response would only wait for its turn.
    response.detachSocket(socket)
    const carried = legOf(incoming.headers.authorization)
    const seen = { connection: connection.number, method, path, carried, headers, body: Buffer.alloc(0) }
    const request: SeenRequest = { ...seen, asked: false, acted: false, accepted: false }
    this.requests.push(request)
    try {
      request.body = await buffer(incoming)
    } catch {
      // The client has gone.
      return
    }
    request.violation = this.#violationOf(request)
    const decision = this.decide(request)
    if (decision.does === 'drop') setTimeout(() => socket.destroy(), decision.after ?? 0)
    if (decision.does === 'refuse') this.#write(socket, request, { text: 'refused', ...own(decision) })
    if (decision.does === 'serve') await this.#serve(incoming, request, decision, connection)
  }

  async #serve(
    incoming: IncomingMessage,
    request: SeenRequest,
    decision: Serve,
    { authentication, number }: Connection,
  ): Promise<void> {
    const { socket } = incoming
    request.asked = decision.asks
    if (!decision.asks) {
      this.#act(socket, request, decision)
      return
    }
    const cookie = `node=${number}`
    const isElsewhere = this.#sticky && request.carried === 'AUTHENTICATE' && !hasCookie(request, cookie)
    if (isElsewhere) authentication.forget()
    const admission = await authentication.admit(isElsewhere ? NOBODY : headOf(incoming), undefined)
    if (admission.is === 'admitted') {
      request.accepted = request.carried === 'AUTHENTICATE'
      this.#act(socket, request, decision, admission.finalToken)
      return
    }
    request.violation ??= admission.violation
    const offers = admission.challenges.map((challenge) => ['WWW-Authenticate', challenge] as const)
    const cookies = this.#sticky && admission.challenged ? [['Set-Cookie', `${cookie}; Path=/`] as const] : []
    // A refusal ends nothing: only the answer behind it does what the page does to its connections.
    const { framing } = decision
    this.#write(socket, request, {
      status: 401,
      text: 'who are you?',
      fields: [...offers, ...cookies],
      framing,
    })
  }

  #act(socket: Socket, request: SeenRequest, decision: Serve, finalToken?: string): void {
    // An error page is no act.
    request.acted = (decision.status ?? 200) < 400
    const token = finalToken === undefined ? [] : [['WWW-Authenticate', finalToken] as const]
    const answer = { text: `served ${request.method}`, ...own(decision) }
    this.#write(socket, request, { ...answer, fields: [...answer.fields, ...token] })
  }

  #write(socket: Socket, request: SeenRequest, answer: Answer): void {
    request.status = answer.status
    const bytes = bytesOf(request.method, answer)
    if (answer.close === undefined) {
      socket.write(bytes)
      return
    }
    const connection = this.#connections.get(socket)
    if (connection) connection.over = true
    socket.end(bytes)
  }

  /** What principles 1 and 3 forbid of a leg, whatever the page does. */
  #violationOf({ method, path, carried, body, headers }: SeenRequest): string | undefined {
    if (carried !== 'NEGOTIATE' || isSafe(method)) return undefined
    if (body.length > 0) return 'a body before the CHALLENGE'
    const wasRefused = this.requests.some(
      (earlier) => earlier.method === method && earlier.path === path && earlier.status === 401,
    )
    // Calls with a body say so in a field.
    return headers['x-body'] === undefined || wasRefused ? undefined : 'an emptied request before any refusal'
  }
}

const NOBODY = { method: 'GET', target: '/', fields: {} }

function headOf({ method = '', url = '', headers }: IncomingMessage) {
  const fields: Record<string, string> = headers.authorization ? { authorization: headers.authorization } : {}
  return { method, target: url, fields }
}

function hasCookie({ headers }: SeenRequest, cookie: string): boolean {
  return (headers.cookie ?? '').split('; ').includes(cookie)
}

function own({ status = 200, fields = {}, close, framing }: Exclude<Decision, { does: 'drop' | 'nothing' }>) {
  return { status, fields: Object.entries(fields), close, framing }
}
