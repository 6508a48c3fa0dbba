import {
  ConnectionAuth,
  type DrivenConnection,
  Driver,
  type ExchangeOwner,
  type Leg,
  type LegOutcome,
  type OriginSession,
  OutgoingRequest,
  type ResponseHead,
  type Verdict,
} from '../../packages/transport/src/index.js'
import type { Reply, ServerSide, Site, Wire } from './site.js'

/** Milliseconds that a message is on its way. */
const LATENCY = 5
/** Milliseconds after which a client gives up what is never answered. */
const CLIENT_TIMEOUT = 20_000

export interface ClientRequest {
  readonly site: number
  readonly method: string
  readonly path: string
  readonly body: 'none' | 'again' | 'once'
  /** A request without a body that its client cannot send again. */
  readonly bare: boolean
  /** Milliseconds after which the client gives up; 0: never. */
  readonly abortsAfter: number
}

export type Outcome =
  | { kind: 'status'; status: number; error: string | undefined }
  | { kind: 'error'; code: string }
  | { kind: 'aborted' }

/** One connection of a pool: the client's half and the server's. */
export class Connection implements DrivenConnection {
  readonly auth: ConnectionAuth
  readonly server: ServerSide
  #closed = false
  readonly #noticesClose: boolean

  constructor(session: OriginSession, site: Site) {
    this.auth = new ConnectionAuth({ options: session.options, memory: session.memory })
    this.server = site.connect()
    this.#noticesClose = site.traits.closing !== 'unnoticed'
  }

  get usable(): boolean {
    return !this.#closed && (this.server.open || !this.#noticesClose)
  }

  close(): void {
    this.#closed = true
    this.server.open = false
  }
}

/** The connections to one site, so many at a time. */
export class Pool {
  readonly session: OriginSession
  readonly site: Site
  readonly #limit: number
  readonly #idle: Connection[] = []
  readonly #waiting: ((connection: Connection) => void)[] = []
  #count = 0

  constructor(session: OriginSession, site: Site, limit: number) {
    this.session = session
    this.site = site
    this.#limit = limit
  }

  take(use: (connection: Connection) => void): void {
    let idle = this.#idle.pop()
    while (idle !== undefined && !idle.usable) {
      this.#count--
      idle = this.#idle.pop()
    }
    if (idle !== undefined) use(idle)
    else if (this.#count < this.#limit) this.#open(use)
    else this.#waiting.push(use)
  }

  /** Another one for somebody who has lost his. */
  replace(connection: Connection, use: (connection: Connection) => void): void {
    connection.close()
    this.#count--
    this.#open(use)
  }

  leave(connection: Connection, reusable: boolean): void {
    if (!reusable) connection.close()
    if (connection.usable) this.#idle.push(connection)
    else this.#count--
    const next = this.#waiting.shift()
    if (next !== undefined) this.take(next)
  }

  #open(use: (connection: Connection) => void): void {
    this.#count++
    setTimeout(() => use(new Connection(this.session, this.site)), LATENCY)
  }
}

let exchanges = 0

/** One request of the client, as the owner of its connections would put it on the wire. */
export class Exchange implements ExchangeOwner<Connection> {
  readonly id = ++exchanges
  readonly asked: ClientRequest
  readonly site: Site
  /** The client's password of the moment is right. */
  readonly knowsSecret: boolean
  readonly startedAt = Date.now()
  endedAt = 0
  outcomes: Outcome[] = []
  bodiesSent = 0
  losses = 0
  readonly #pool: Pool
  readonly #driver: Driver<Connection>
  #connection: Connection | undefined
  #stopWaiting: NodeJS.Timeout | undefined

  constructor(asked: ClientRequest, pool: Pool, canCarry: boolean, knowsSecret: boolean) {
    this.asked = asked
    this.#pool = pool
    this.site = pool.site
    this.knowsSecret = knowsSecret
    const { method, path, body, bare } = asked
    const replayable = body === 'none' ? !bare : body === 'again'
    const request = new OutgoingRequest({ method, path, hasBody: body !== 'none', replayable, canCarry })
    this.#driver = new Driver(pool.session, request, this)
  }

  start(): void {
    const { abortsAfter } = this.asked
    if (abortsAfter > 0) setTimeout(() => this.#settle({ kind: 'aborted' }, false), abortsAfter)
    this.#driver.start(() => this.#pool.take((connection) => this.#lent(connection)))
  }

  sendLeg(connection: Connection, leg: Leg, done: (outcome: LegOutcome) => void): void {
    const { method, path = this.asked.path, authorization, framing, patience } = leg
    const hasType = framing === 'empty body' && this.asked.body !== 'none'
    const reply = this.#onWire(connection, { method, path, authorization, hasBody: false, hasType })
    if (reply === 'silent') {
      if (patience !== undefined) setTimeout(() => done({ silent: true }), patience)
    } else if (typeof reply === 'string') {
      const error = new Error(reply)
      setTimeout(() => done(reply === 'garbled' ? { garbled: error } : { lost: error }), LATENCY)
    } else {
      setTimeout(() => done({ head: reply.head }), LATENCY + reply.delay)
    }
  }

  sendRequest(connection: Connection, authorization: string | undefined): void {
    const { method, path, body } = this.asked
    const hasBody = body !== 'none'
    if (hasBody) this.bodiesSent++
    const reply = this.#onWire(connection, { method, path, authorization, hasBody, hasType: hasBody })
    if (reply === 'silent') {
      this.#stopWaiting = setTimeout(
        () => this.#settle({ kind: 'error', code: 'client timeout' }, false),
        CLIENT_TIMEOUT,
      )
    } else if (reply === 'garbled') {
      setTimeout(() => this.#settle({ kind: 'error', code: 'garbled' }, false), LATENCY)
    } else if (reply === 'dropped') {
      setTimeout(() => this.#dropped(connection), LATENCY)
    } else {
      setTimeout(() => this.#answered(connection, reply.head), LATENCY + reply.delay)
    }
  }

  reconnect(connection: Connection): void {
    this.#connection = undefined
    this.#pool.replace(connection, (next) => this.#lent(next))
  }

  fail(error: unknown): void {
    this.#settle(
      { kind: 'error', code: (error as { code?: string }).code ?? (error as Error).message },
      false,
    )
  }

  #lent(connection: Connection): void {
    if (this.#driver.finished) {
      this.#pool.leave(connection, true)
      return
    }
    this.#connection = connection
    this.#driver.begin(connection)
  }

  #onWire(connection: Connection, wire: Omit<Wire, 'id'>): Reply {
    return this.site.serve(connection.server, { ...wire, id: this.id })
  }

  #dropped(connection: Connection): void {
    if (this.#connection !== connection || this.#driver.finished) return
    this.losses++
    this.#driver.perform(this.#driver.lost(new Error('reset'), true))
  }

  #answered(connection: Connection, head: ResponseHead): void {
    if (this.#connection !== connection || this.#driver.finished) return
    const verdict: Verdict = this.#driver.answered(head)
    if (verdict.do === 'deliver') {
      const error = verdict.error?.code
      this.#settle({ kind: 'status', status: head.status, error }, verdict.reusable)
    } else if (verdict.do === 'fail') {
      this.fail(verdict.error)
    } else {
      setTimeout(() => this.#driver.proceed(!connection.usable), 1)
    }
  }

  #settle(outcome: Outcome, reusable: boolean): void {
    const isOver = this.outcomes.length > 0
    if (isOver && (outcome.kind === 'aborted' || this.outcomes[0].kind === 'aborted')) return
    this.outcomes.push(outcome)
    this.endedAt = Date.now()
    clearTimeout(this.#stopWaiting)
    this.#driver.finish()
    const connection = this.#connection
    this.#connection = undefined
    if (connection !== undefined) this.#pool.leave(connection, reusable)
  }
}
