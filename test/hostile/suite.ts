import { createNtlmServer, type NtlmServer } from '@ntlmkit/server'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type Identity, type Session, sessions } from '../clients/index.js'
import { ALICE } from '../wire.js'
import { type Attack, expectedOf, launch } from './attack.js'
import { expectBounds, expectOpen } from './bounds.js'
import { forClient } from './clients.js'

/** Long enough that nothing closes because it is idle. */
const IDLE = 60_000

/** Alice's colleague, with her password. */
export const JURGEN = 'LAB\\J\u00fcrgen'

export const openSession = (client: string, identity: Partial<Identity> = {}): Session =>
  sessions[client]({ ...ALICE, origins: '*', ...identity } as Identity, { idle: IDLE })

/**
 * Every attack on every client. The attacks on one client that need no identity of their own share one session, and
 * after each it must still serve a good server.
 */
export function describeAttacks(attacks: readonly Attack[]): void {
  let good: NtlmServer

  beforeAll(async () => {
    const users = { [ALICE.username]: ALICE.password, [JURGEN]: ALICE.password }
    good = await createNtlmServer({ users, schemes: ['ntlm', 'negotiate'] }).listen()
  })
  afterAll(() => good.close())

  describe.each(Object.keys(sessions))('%s: a server that', (client) => {
    const shared = openSession(client)
    afterAll(() => void shared.close())

    it.each(attacks.map((attack) => [attack.name, attack] as const))('%s', async (_name, attack) => {
      const session = attack.identity === undefined ? shared : openSession(client, attack.identity)
      const { outcome, requests, server } = await launch(attack, session)
      onTestFinished(() => server.close())
      expect({ outcome, requests }).toEqual(expectedOf(attack, client))
      expectBounds(server)
      await expectOpen(server, forClient(attack.kept ?? 0, client))
      const reply = await session.call(good.url)
      const { username = ALICE.username } = attack.identity ?? {}
      expect(reply).toMatchObject({ status: 200, json: { user: username.split('\\')[1] } })
      if (session !== shared) void session.close()
    })
  })
}
