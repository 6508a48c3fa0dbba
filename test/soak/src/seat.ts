import { type Session, sessions } from '#clients'
import type { Patience } from './patience.js'
import type { Servers } from './servers.js'
import { ACCOUNTS, type SessionPlan } from './session-plans.js'

/** A session that is open, or was until a moment ago. */
interface Tenant {
  session: Session
  asked: number
  underWay: number
}

/** Requests after which a session makes room for a new one: what it has learned of its server goes with it. */
const REQUESTS_A_SESSION = 500
/** Milliseconds for sockets to be seen as closed, behind the time they may be idle. */
const GRACE = 500

/** The place of one session after the other, all of one plan. */
export class Seat {
  readonly url: string
  readonly #plan: SessionPlan
  readonly #servers: Servers
  readonly #patience: Patience
  #tenant: Tenant
  /** Sockets that sessions of before may still have. */
  #leaving = 0
  readonly #closing = new Set<Promise<void>>()

  constructor(plan: SessionPlan, servers: Servers, patience: Patience) {
    this.#patience = patience
    this.#plan = plan
    this.#servers = servers
    const { account, server } = plan
    this.url = `${servers.origins[server]}/${encodeURIComponent(account.slice(account.indexOf('\\') + 1))}`
    this.#tenant = this.#open()
  }

  /** Sockets that may be open now. */
  get mostSockets(): number {
    return this.#plan.connections + this.#leaving
  }

  async use<T>(call: (session: Session) => Promise<T>): Promise<T> {
    if (this.#tenant.asked === REQUESTS_A_SESSION) this.#retire()
    const tenant = this.#tenant
    tenant.asked++
    tenant.underWay++
    try {
      return await call(tenant.session)
    } finally {
      tenant.underWay--
      if (tenant !== this.#tenant) this.#closeIfDone(tenant)
    }
  }

  /** Closes what is open; resolves once no client can have a connection any more. */
  async close(): Promise<void> {
    this.#leave(this.#tenant)
    await Promise.all(this.#closing)
  }

  #open(): Tenant {
    const { client, account, server, connections, idle } = this.#plan
    const identity = {
      username: account,
      password: ACCOUNTS[account],
      origins: this.#servers.origins[server],
      handshakeTimeout: this.#patience.milliseconds,
      ca: this.#servers.ca,
    }
    return { session: sessions[client](identity, { connections, idle }), asked: 0, underWay: 0 }
  }

  #retire(): void {
    const last = this.#tenant
    this.#tenant = this.#open()
    this.#leave(last)
  }

  #leave(tenant: Tenant): void {
    this.#leaving += this.#plan.connections
    this.#closeIfDone(tenant)
  }

  #closeIfDone(tenant: Tenant): void {
    if (tenant.underWay > 0) return
    const closing = this.#closeAndWait(tenant)
    this.#closing.add(closing)
    closing.finally(() => this.#closing.delete(closing))
  }

  /** Not every client has something to close: its connections end when they were idle for long enough. */
  async #closeAndWait({ session }: Tenant): Promise<void> {
    await session.close()
    await new Promise((resolve) => setTimeout(resolve, this.#plan.idle + GRACE))
    this.#leaving -= this.#plan.connections
  }
}
