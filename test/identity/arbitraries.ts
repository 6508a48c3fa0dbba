import fc from 'fast-check'
import { sessions } from '../clients/index.js'
import {
  Ask,
  ChangePassword,
  CloseIdle,
  type Command,
  EndConnections,
  Forget,
  Settle,
  SpreadPassword,
  Turn,
} from './commands.js'
import type { IdentityLedger } from './identity-ledger.js'
import type { Plan, Point, Twist } from './plan.js'
import type { SessionPlan, World } from './world.js'

const LISTED = 4
const UNLISTED = LISTED

const point = fc.constantFrom<Point>('NEGOTIATE', 'AUTHENTICATE', 'body', 'whole', 'answer')
const ending = fc.constantFrom('reset' as const, 'end' as const)
const origin = fc.nat(LISTED - 1)
const user = fc.nat(2)

/** Rarely something; what is drawn shrinks to nothing. */
function rarely<T>(oneIn: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  const nothing = { weight: oneIn - 1, arbitrary: fc.constant(undefined) }
  return fc.oneof({ withCrossShrink: true }, nothing, { weight: 1, arbitrary })
}

const twist: fc.Arbitrary<Twist> = fc.oneof(
  fc.constant<Twist>({ is: 'own' }),
  fc.constant<Twist>({ is: 'forbidden' }),
  fc.nat(UNLISTED).map<Twist>((to) => ({ is: 'redirect', to })),
  fc.nat(UNLISTED).map<Twist>((to) => ({ is: 'redirect', to })),
)

const plan: fc.Arbitrary<Plan> = fc.record({
  session: fc.nat(4),
  origin: fc.oneof(
    { withCrossShrink: true },
    { weight: 14, arbitrary: origin },
    { weight: 1, arbitrary: fc.constant(UNLISTED) },
  ),
  kind: fc.constantFrom('GET', 'POST', 'POST stream', 'HEAD', 'GET'),
  size: fc.constantFrom(0, 1, 1000, 1000, 1000, 100_000),
  slow: fc.constantFrom(0, 0, 1, 3, 8),
  abort: rarely(8, fc.oneof(fc.nat(15), point)),
  cut: rarely(12, fc.record({ at: point, how: ending })),
  twist: rarely(6, twist),
})

const which = fc.oneof(fc.constant('all' as const), fc.nat(10))
const somewhere = fc.oneof(
  { weight: 3, arbitrary: fc.constant('everywhere' as const) },
  { weight: 1, arbitrary: fc.constant('all' as const) },
  { weight: 2, arbitrary: origin },
)

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 8, arbitrary: fc.array(plan, { minLength: 1, maxLength: 2 }).map((plans) => new Ask(plans)) },
  { weight: 6, arbitrary: fc.array(plan, { minLength: 1, maxLength: 12 }).map((plans) => new Ask(plans)) },
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 12 }).map((count) => new Turn(count)) },
  { weight: 3, arbitrary: fc.constant(undefined).map(() => new Settle()) },
  {
    weight: 2,
    arbitrary: fc.tuple(origin, which, ending).map((drawn) => new EndConnections(...drawn)),
  },
  { weight: 1, arbitrary: origin.map((number) => new CloseIdle(number)) },
  { weight: 2, arbitrary: fc.tuple(origin, which).map((drawn) => new Forget(...drawn)) },
  { weight: 1, arbitrary: fc.tuple(user, somewhere).map((drawn) => new ChangePassword(...drawn)) },
  { weight: 1, arbitrary: user.map((number) => new SpreadPassword(number)) },
)

/** Two to five sessions: most of one client, so that users meet on what that client does; some of any. */
export function sessionPlans(client: string): fc.Arbitrary<SessionPlan[]> {
  const plan = fc.record({
    client: fc.oneof(
      { weight: 4, arbitrary: fc.constant(client) },
      { weight: 1, arbitrary: fc.constantFrom(...Object.keys(sessions)) },
    ),
    user,
    connections: fc.integer({ min: 1, max: 5 }),
    closesSoon: fc.constantFrom(false, false, false, true),
    asksForPassword: fc.boolean(),
  })
  return fc.array(plan, { minLength: 2, maxLength: 5 })
}

/** @param most commands in a sequence. */
export function commands(
  most: number,
  replayPath?: string,
): fc.Arbitrary<Iterable<fc.AsyncCommand<IdentityLedger, World>>> {
  return fc.commands([command], { maxCommands: most, size: 'max', replayPath })
}
