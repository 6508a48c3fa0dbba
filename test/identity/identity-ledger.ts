import { Complaints } from '../load/complaints.js'
import { Ledger } from '../load/ledger.js'
import type { Figures } from './figures.js'
import { type Asker, ObservedRequest } from './observed-request.js'
import { Passwords } from './passwords.js'
import { described, type Plan } from './plan.js'
import { Standing } from './standing.js'

export const USERS = ['alice', 'bob', 'carol'] as const

let requests = 0

/** The model: who has asked for what, which passwords hold, and what was seen that may not be. */
export class IdentityLedger extends Ledger<ObservedRequest> {
  readonly figures: Figures
  readonly passwords: Passwords
  /** All of them, in the order they were made. */
  readonly requests: ObservedRequest[] = []
  readonly complaints = new Complaints()
  readonly #listed: number
  readonly #known = new Map<string, ObservedRequest>()
  readonly #standings = new Map<string, Standing>()

  /** @param listed origins that may get credentials; the one behind them may not. */
  constructor(figures: Figures, listed: number) {
    super()
    this.figures = figures
    this.passwords = new Passwords(USERS, listed)
    this.#listed = listed
  }

  get origins(): number {
    return this.#listed + 1
  }

  isListed(origin: number): boolean {
    return origin < this.#listed
  }

  ask(plan: Plan, asker: Asker): ObservedRequest {
    const first = plan.origin % this.origins
    const route = plan.twist?.is === 'redirect' ? [first, plan.twist.to % this.origins] : [first]
    const asked = new ObservedRequest(`r${++requests}`, plan, asker, route)
    asked.mismatched = this.#isMismatched(asked)
    asked.nearRefusal = this.#sharing(asker, route).some(({ looksRefused }) => looksRefused)
    this.requests.push(asked)
    this.#known.set(asked.id, asked)
    this.begin(asked)
    return asked
  }

  find(id: string | string[] | undefined): ObservedRequest | undefined {
    return this.#known.get(String(id))
  }

  override end(asked: ObservedRequest): void {
    super.end(asked)
    const { outcome, authenticated, mismatched } = asked
    if (outcome === undefined || !('reply' in outcome) || mismatched) return
    for (const origin of authenticated) this.#standing(asked, origin).accepted()
  }

  complain(asked: ObservedRequest, what: string): void {
    const trace = asked.trace.map((line) => `\n  ${line}`).join('')
    this.complaints.add(`${asked.id}, ${asked.asker.session} (${described(asked.plan)}): ${what}${trace}`)
  }

  /** Somebody is known under a name that did not ask. */
  complainOfIdentity(asked: ObservedRequest, what: string): void {
    this.figures.wrongIdentities++
    this.complain(asked, what)
  }

  /** Connections of an origin are about to be ended. */
  disturb(origin: number): void {
    for (const asked of this.underWay) {
      if (!asked.route.includes(origin)) continue
      asked.disturbances++
      this.lost(asked, origin)
    }
  }

  /** A connection is ended under a request, and perhaps under its AUTHENTICATE. */
  lost(asked: ObservedRequest, origin: number): void {
    if (this.#standing(asked, origin).lost()) this.#lookRefused(asked, origin)
  }

  /** One server has another password for a user from now on, or each has. */
  changePassword(user: string, server: number | 'all'): void {
    this.passwords.change(user, server)
    for (const asked of this.underWay) asked.mismatched ||= this.#isMismatched(asked)
  }

  /** The newest password is known everywhere: a handshake under way may have begun with the one before. */
  spreadPassword(user: string): void {
    this.passwords.spread(user)
    for (const asked of this.underWay) asked.mismatched ||= asked.asker.user === user
  }

  /** A server has refused an AUTHENTICATE of this request. */
  refused(asked: ObservedRequest, origin: number): void {
    asked.refusals++
    this.#standing(asked, origin).refused()
    this.#lookRefused(asked, origin)
  }

  /** A server has answered an AUTHENTICATE with a 401 for want of a right. */
  forbidden(asked: ObservedRequest, origin: number): void {
    if (this.#standing(asked, origin).forbidden()) this.#lookRefused(asked, origin)
  }

  /** Those that wait for its handshake, and those that come before it is over, are told what it is told. */
  #lookRefused(asked: ObservedRequest, origin: number): void {
    asked.looksRefused = true
    for (const other of this.#sharing(asked.asker, [origin])) other.nearRefusal = true
  }

  #standing({ asker }: ObservedRequest, origin: number): Standing {
    const key = `${asker.session} ${origin} ${this.passwords.atClient(asker.user)}`
    const known = this.#standings.get(key)
    if (known) return known
    const standing = new Standing()
    this.#standings.set(key, standing)
    return standing
  }

  #isMismatched({ asker, route }: ObservedRequest): boolean {
    return route.some((origin) => this.isListed(origin) && this.passwords.differs(asker.user, origin))
  }

  /** Those in flight that share a pool. */
  #sharing({ session }: Asker, route: readonly number[]): ObservedRequest[] {
    return this.underWay.filter(
      ({ asker, route: other }) =>
        asker.session === session && other.some((origin) => route.includes(origin)),
    )
  }
}
