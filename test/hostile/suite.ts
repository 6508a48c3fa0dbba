import { createNtlmServer, type NtlmServer } from '@ntlmkit/server'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Identity, type Session, sessions } from '../clients/index.js'
import { ALICE } from '../wire.js'
import { type Attack, expectedOf, launch } from './attack.js'
import { expectBounds, expectBoundsOfLoss, expectOpen } from './bounds.js'
import { CLIENTS, forClient } from './clients.js'

/** Long enough that nothing closes because it is idle. */
const IDLE = 60_000

/** Alice's colleague, with her password. */
export const JURGEN = 'LAB\\J\u00fcrgen'

export const openSession = (client: string, identity: Partial<Identity> = {}): Session =>
  sessions[client]({ ...ALICE, origins: '*', ...identity } as Identity, { idle: IDLE })

/** A good server for the tests of a file; call what comes back within them. */
export function goodServer(): () => NtlmServer {
  let good: NtlmServer
  beforeAll(async () => {
    const users = { [ALICE.username]: ALICE.password, [JURGEN]: ALICE.password }
    good = await createNtlmServer({ users, schemes: ['ntlm', 'negotiate'] }).listen()
  })
  afterAll(() => good.close())
  return () => good
}

/** Who a server says has called. */
export async function whoami(session: Session, { url }: NtlmServer): Promise<string> {
  const { status, json } = await session.call(url)
  return `${status} ${json?.user}`
}

/**
 * Every attack on every client, each with a server of its own. The attacks on one client that need no identity of their
 * own share one session, and after each it must still serve a good server.
 */
export function describeAttacks(attacks: readonly Attack[]): void {
  const good = goodServer()
  const shared = new Map(CLIENTS.map((client) => [client, openSession(client)]))
  afterAll(() => {
    for (const session of shared.values()) void session.close()
  })

  const sessionFor = (client: string, { identity }: Attack): Session => {
    if (identity === undefined) return shared.get(client)!
    const session = openSession(client, identity)
    onTestFinished(() => void session.close())
    return session
  }

  const attackOn = async (client: string, attack: Attack) => {
    const session = sessionFor(client, attack)
    const { outcome, requests, server } = await launch(attack, session)
    onTestFinished(() => server.close())
    if (attack.losesConnections) expectBoundsOfLoss(server)
    else expectBounds(server)
    await expectOpen(server, forClient(attack.kept ?? 0, client))
    return { outcome, requests, afterwards: await whoami(session, good()) }
  }

  describe('whichever the client, a server that', () => {
    it.each(attacks.map((attack) => [attack.name, attack] as const))('%s', async (_name, attack) => {
      const reports = await Promise.all(CLIENTS.map((client) => attackOn(client, attack)))
      const { username = ALICE.username } = attack.identity ?? {}
      const afterwards = `200 ${username.split('\\')[1]}`
      const expected = CLIENTS.map((client) => [client, { ...expectedOf(attack, client), afterwards }])
      expect(Object.fromEntries(CLIENTS.map((client, i) => [client, reports[i]]))).toEqual(
        Object.fromEntries(expected),
      )
    })
  })
}
