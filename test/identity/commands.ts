import type { AsyncCommand } from 'fast-check'
import { type IdentityLedger, USERS } from './identity-ledger.js'
import { described, type Ending, type Plan, turns } from './plan.js'
import type { World } from './world.js'

export type Command = AsyncCommand<IdentityLedger, World>

/** Turns within which both sides of a connection know that it has ended. */
const KNOWN_BY_ALL = 4
const MOST_IN_FLIGHT = 60

/** Asks for one thing or several in one turn of the event loop, and goes on without the answers. */
export class Ask implements Command {
  readonly #plans: readonly Plan[]

  constructor(plans: readonly Plan[]) {
    this.#plans = plans
  }

  check({ underWay }: Readonly<IdentityLedger>): boolean {
    return underWay.length + this.#plans.length <= MOST_IN_FLIGHT
  }

  async run(_ledger: IdentityLedger, world: World): Promise<void> {
    for (const plan of this.#plans) world.ask(plan)
  }

  toString(): string {
    return `Ask(${this.#plans.map(described).join('; ')})`
  }
}

export class Turn implements Command {
  readonly #count: number

  constructor(count: number) {
    this.#count = count
  }

  check(): boolean {
    return true
  }

  async run(): Promise<void> {
    await turns(this.#count)
  }

  toString(): string {
    return `Turn(${this.#count})`
  }
}

export class Settle implements Command {
  check({ underWay }: Readonly<IdentityLedger>): boolean {
    return underWay.length > 0
  }

  async run(_ledger: IdentityLedger, world: World): Promise<void> {
    await world.settle()
  }

  toString(): string {
    return 'Settle()'
  }
}

/** A server ends connections that may be in use. */
export class EndConnections implements Command {
  readonly #origin: number
  readonly #which: number | 'all'
  readonly #how: Ending

  constructor(origin: number, which: number | 'all', how: Ending) {
    this.#origin = origin
    this.#which = which
    this.#how = how
  }

  check(): boolean {
    return true
  }

  async run(ledger: IdentityLedger, world: World): Promise<void> {
    const { number, connections } = world.origin(this.#origin)
    ledger.disturb(number)
    connections.endSome(this.#which, this.#how)
    await turns(KNOWN_BY_ALL)
  }

  toString(): string {
    return `EndConnections(o${this.#origin}, ${this.#which}, ${this.#how})`
  }
}

export class CloseIdle implements Command {
  readonly #origin: number

  constructor(origin: number) {
    this.#origin = origin
  }

  check(): boolean {
    return true
  }

  async run(ledger: IdentityLedger, world: World): Promise<void> {
    const { number, connections } = world.origin(this.#origin)
    ledger.disturb(number)
    await connections.closeIdle()
  }

  toString(): string {
    return `CloseIdle(o${this.#origin})`
  }
}

/** A server asks again on connections that were authenticated. */
export class Forget implements Command {
  readonly #origin: number
  readonly #which: number | 'all'

  constructor(origin: number, which: number | 'all') {
    this.#origin = origin
    this.#which = which
  }

  check(): boolean {
    return true
  }

  async run(_ledger: IdentityLedger, world: World): Promise<void> {
    world.origin(this.#origin).connections.forget(this.#which)
  }

  toString(): string {
    return `Forget(o${this.#origin}, ${this.#which})`
  }
}

/** One origin's password for a user changes, or that of all; `everywhere` tells the clients too. */
export class ChangePassword implements Command {
  readonly #user: string
  readonly #where: number | 'all' | 'everywhere'

  constructor(user: number, where: number | 'all' | 'everywhere') {
    this.#user = USERS[user]
    this.#where = where
  }

  check({ origins }: Readonly<IdentityLedger>): boolean {
    return typeof this.#where === 'string' || this.#where < origins - 1
  }

  async run(ledger: IdentityLedger): Promise<void> {
    ledger.changePassword(this.#user, this.#where === 'everywhere' ? 'all' : this.#where)
    if (this.#where === 'everywhere') ledger.spreadPassword(this.#user)
    ledger.figures.credentialChanges++
  }

  toString(): string {
    return `ChangePassword(${this.#user}, ${this.#where})`
  }
}

/** The clients of a user learn the newest password, and so do servers that had another. */
export class SpreadPassword implements Command {
  readonly #user: string

  constructor(user: number) {
    this.#user = USERS[user]
  }

  check({ passwords, origins }: Readonly<IdentityLedger>): boolean {
    return Array.from({ length: origins - 1 }).some((_, origin) => passwords.differs(this.#user, origin))
  }

  async run(ledger: IdentityLedger): Promise<void> {
    ledger.spreadPassword(this.#user)
  }

  toString(): string {
    return `SpreadPassword(${this.#user})`
  }
}
