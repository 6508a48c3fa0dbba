import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OpenSession, type Reply, type Session, sessions } from '../clients/index.js'
import { Figures } from './figures.js'
import { IdentityLedger } from './identity-ledger.js'
import { judgeAll } from './judge.js'
import type { OriginServer } from './origin-server.js'
import type { Plan } from './plan.js'
import { startOrigins, World } from './world.js'

const sound = sessions['undici request']
const CLIENT = 'http.request'

const GET: Plan = { session: 0, origin: 0, kind: 'GET', size: 0, slow: 0 }
const POST: Plan = { ...GET, kind: 'POST', size: 10 }
const UNLISTED: Plan = { ...GET, origin: 4 }

/** Everybody's requests through the session that was opened first. */
function sharedByAll(): OpenSession {
  let first: Session | undefined
  return (identity, pool) => {
    first ??= sound(identity, pool)
    return first
  }
}

const underAnotherName: OpenSession = (identity, pool) =>
  sound({ ...identity, username: 'LAB\\bob', password: "bob's password 0" }, pool)

const everywhere: OpenSession = (identity, pool) => sound({ ...identity, origins: '*' }, pool)

const sendsTwice: OpenSession = (identity, pool) => {
  const session = sound(identity, pool)
  return {
    ...session,
    call: async (url, options) => {
      await session.call(url, options)
      return session.call(url, options)
    },
  }
}

const swapsAnswers: OpenSession = (identity, pool) => {
  const session = sound(identity, pool)
  let earlier: Promise<Reply> | undefined
  return {
    ...session,
    call: (url, options) => {
      const reply = session.call(url, options)
      const other = earlier ?? reply
      earlier = reply
      return other
    },
  }
}

const fails: OpenSession = (identity, pool) => {
  const session = sound(identity, pool)
  return { ...session, call: async () => Promise.reject(new Error('Something else.')) }
}

describe('what the clients are held to is noticed when it is broken', () => {
  let origins: OriginServer[]
  beforeAll(async () => {
    origins = await startOrigins()
  })
  afterAll(() => Promise.all(origins.map((origin) => origin.close())))

  it.each<[string, OpenSession, Plan[], isWrongIdentity: boolean, complaint: RegExp]>([
    [
      'a connection that two users share',
      sharedByAll(),
      [GET, { ...GET, session: 1 }],
      true,
      /on a connection of alice/,
    ],
    ['a name that did not ask', underAnotherName, [GET], true, /runs as bob, and alice asked/],
    [
      'credentials at an unlisted origin',
      everywhere,
      [UNLISTED],
      true,
      /an Authorization to an unlisted origin/,
    ],
    ['a POST that is sent twice', sendsTwice, [POST], false, /was seen 2 times/],
    ['the answer to another request', swapsAnswers, [GET, GET], false, /got the answer to r/],
    ['a failure without a cause', fails, [GET], false, /failed, 0 disturbances: Error/],
  ])('%s', async (_name, client, plans, isWrongIdentity, complaint) => {
    const ledger = new IdentityLedger(new Figures(), origins.length - 1)
    const session = { client: CLIENT, connections: 1, closesSoon: false, asksForPassword: false }
    const world = new World(
      ledger,
      origins,
      [
        { ...session, user: 0 },
        { ...session, user: 1 },
      ],
      { [CLIENT]: client },
    )
    for (const plan of plans) world.ask(plan)
    await world.settle()
    await world.close()
    judgeAll(ledger)
    expect(ledger.complaints.examples.join('\n')).toMatch(complaint)
    expect(ledger.figures.wrongIdentities > 0).toBe(isWrongIdentity)
  })
})
