import { type OpenSession, type Pool, type Session, sessions } from '../clients/index.js'
import { type IdentityLedger, USERS } from './identity-ledger.js'
import type { Asker, ObservedRequest } from './observed-request.js'
import { OriginServer } from './origin-server.js'
import { described, type Plan, turns } from './plan.js'

/** A session as the property draws it. */
export interface SessionPlan {
  client: string
  user: number
  connections: number
  /** Whether its client closes an idle connection after a few milliseconds. */
  closesSoon: boolean
  /** Whether its password comes from a function that takes a while. */
  asksForPassword: boolean
}

interface OpenedSession {
  asker: Asker
  session: Session
}

/** How long a request may go without an end before it counts as hanging, in milliseconds: it never should. */
const PATIENCE = 20_000

/** Milliseconds that an idle connection lives at a client: not longer than it takes to be used again, or than a run. */
const SOON = 20
const LATE = 120_000

/** Beside a plain origin: one that forgets, one over TLS with Negotiate, one that authenticates every request, one unlisted. */
export function startOrigins(): Promise<OriginServer[]> {
  return Promise.all([
    OriginServer.start(0),
    OriginServer.start(1, { persist: 6 }),
    OriginServer.start(2, { tls: true, scheme: 'negotiate' }),
    OriginServer.start(3, { persist: 'request' }),
    OriginServer.start(4),
  ])
}

/** The system under test for one sequence of commands: the sessions, and the origins they ask. */
export class World {
  readonly origins: readonly OriginServer[]
  readonly #ledger: IdentityLedger
  readonly #clients: Readonly<Record<string, OpenSession>>
  readonly #sessions: OpenedSession[]
  readonly #pending = new Map<ObservedRequest, Promise<void>>()

  constructor(
    ledger: IdentityLedger,
    origins: readonly OriginServer[],
    plans: readonly SessionPlan[],
    clients = sessions,
  ) {
    this.#ledger = ledger
    this.#clients = clients
    this.origins = origins
    for (const origin of origins) origin.begin(ledger, origins)
    this.#sessions = plans.map((plan, index) => this.#open(plan, index))
  }

  origin(number: number): OriginServer {
    return this.origins[number % this.origins.length]
  }

  /** Asks, and does not wait for the answer. */
  ask(plan: Plan): void {
    const { asker, session } = this.#sessions[plan.session % this.#sessions.length]
    const asked = this.#ledger.ask(plan, asker)
    const called = session.call(this.origins[asked.route[0]].origin + asked.path, asked.options())
    const settled = called.then(
      (reply) => this.#settle(asked, { reply }),
      (error: unknown) => this.#settle(asked, { error }),
    )
    this.#pending.set(asked, settled)
    const { abort } = plan
    if (typeof abort === 'number') void turns(abort).then(() => asked.giveUp())
  }

  /** Waits for all that is under way. @throws {Error} when something hangs. */
  async settle(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(this.#hanging())), PATIENCE)
    })
    try {
      await Promise.race([late, Promise.all(this.#pending.values())])
    } finally {
      clearTimeout(timer)
    }
  }

  async close(): Promise<void> {
    for (const asked of this.#pending.keys()) asked.giveUp()
    await Promise.all(this.#sessions.map(({ session }) => session.close()))
    await Promise.all(this.origins.map(({ connections }) => connections.clear()))
  }

  #settle(asked: ObservedRequest, outcome: NonNullable<ObservedRequest['outcome']>): void {
    asked.outcome = outcome
    this.#pending.delete(asked)
    this.#ledger.end(asked)
  }

  #hanging(): string {
    const hanging = [...this.#pending.keys()].map(
      ({ id, asker, plan, trace }) =>
        `${id}, ${asker.session} (${described(plan)}) hangs:\n  ${trace.join('\n  ')}`,
    )
    return hanging.join('\n')
  }

  #open(
    { client, user, connections, closesSoon, asksForPassword }: SessionPlan,
    index: number,
  ): OpenedSession {
    const name = USERS[user % USERS.length]
    const { passwords } = this.#ledger
    const password = async () => {
      if (asksForPassword) await turns(1)
      return passwords.atClient(name)
    }
    const identity = {
      username: `LAB\\${name}`,
      password: asksForPassword ? password : () => passwords.atClient(name),
      origins: this.origins.filter(({ number }) => this.#ledger.isListed(number)).map(({ origin }) => origin),
      ca: this.origins.find(({ ca }) => ca !== undefined)?.ca,
    }
    const pool: Pool = { connections, idle: closesSoon ? SOON : LATE }
    const open = this.#clients[client]
    const asker = { client, user: name, session: `${client} ${index} of ${name}`, closesSoon }
    return { asker, session: open(identity, pool) }
  }
}
