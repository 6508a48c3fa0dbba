import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { ALICE } from '../wire.js'
import { type Client, every, everyClient, outcomeOf } from './clients.js'
import { Site } from './site.js'

/** What a proof is good for, by docs/rules.md: log-ons are let through in parallel that long. */
const PROOF = 5000
const AT_ONCE = 30
const BUDGET = 2

/** Alice's site, which 30 requests have used at once on as many connections, all of which have idled out since. */
async function idledOut({ open }: Client, password: string | (() => string)) {
  const account = { password: ALICE.password }
  let arrived = 0
  const held: (() => void)[] = []
  const site = await Site.start({
    users: ({ user }) => (user.toLowerCase() === 'alice' ? account : undefined),
    application: ({ path }, _request, response) => {
      if (path !== '/warm') return false
      held.push(() => response.end())
      if (++arrived === AT_ONCE) for (const answer of held) answer()
      return true
    },
  })
  const session = open({ origins: site.origin, password } as Parameters<typeof open>[0], { idle: 1000 })
  await session.call(`${site.origin}/`)
  await Promise.all(Array.from({ length: AT_ONCE }, () => session.call(`${site.origin}/warm`)))
  await wait(PROOF + 300)
  await site.closeConnections()
  return { site, session, account }
}

/** How often a password that was changed is tried by 30 at once. */
async function afterChange(client: Client): Promise<string> {
  const { site, session, account } = await idledOut(client, ALICE.password)
  account.password = 'another one'
  site.clear()
  const calls = Array.from({ length: AT_ONCE }, (_, i) => outcomeOf(session.call(`${site.origin}/?${i}`)))
  const served = (await Promise.all(calls)).filter((outcome) => outcome === 200).length
  if (site.logOns <= BUDGET && served === 0) return 'within the budget, nobody served'
  return `${site.logOns} failed log-ons, ${served} served`
}

/** What 30 at once come to where a function knows of the change. */
async function withFunction(client: Client): Promise<string> {
  let known = ALICE.password
  const { site, session, account } = await idledOut(client, () => known)
  known = 'another one'
  account.password = known
  const calls = Array.from({ length: AT_ONCE }, (_, i) => outcomeOf(session.call(`${site.origin}/?${i}`)))
  return [...new Set(await Promise.all(calls))].join()
}

// Both at once: each waits until its proof has expired.
it('principle 4: a password changed under connections that have idled out is tried twice by 30 at once, or not at all by a function that knows', async () => {
  const [tried, known] = await Promise.all([everyClient(afterChange), everyClient(withFunction)])
  expect(tried).toEqual(every('within the budget, nobody served'))
  expect(known).toEqual(every('200'))
})
