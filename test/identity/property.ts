import fc from 'fast-check'
import { count } from '../load/counts.js'
import { commands, sessionPlans } from './arbitraries.js'
import type { Figures } from './figures.js'
import { IdentityLedger } from './identity-ledger.js'
import { judgeAll } from './judge.js'
import type { ObservedRequest } from './observed-request.js'
import type { OriginServer } from './origin-server.js'
import { howToRepeat, type Sequences, timesFromEnvironment } from './sequences.js'
import { type SessionPlan, startOrigins, World } from './world.js'

/** Shrinking may take long: whoever waits is told the smallest sequence found by then, in milliseconds. */
const LIMIT = 60_000

/**
 * Draws sequences of commands for sessions of this client among others, and runs them.
 *
 * @throws {Error} with the smallest sequence that was found to fail, and how to repeat it.
 */
export async function checkIdentity(client: string, figures: Figures, sequences: Sequences): Promise<void> {
  const { seed, runs, path, replayPath } = sequences
  const origins = await startOrigins()
  const times = timesFromEnvironment()
  let running = Promise.resolve()
  const property = fc.asyncProperty(
    sessionPlans(client),
    commands(sequences.commands, replayPath),
    async (plans, sequence) => {
      for (let time = 0; time < times; time++) {
        running = runSequence(origins, figures, plans, sequence)
        await running
      }
    },
  )
  const details = await fc.check(property, {
    seed,
    numRuns: runs,
    plugins: [fc.interruptAfterTimeLimit(LIMIT), fc.unbiased()],
    includeErrorInReport: true,
    ...(path === undefined ? {} : { path, endOnFailure: true }),
  })
  // One that was interrupted runs on.
  await running.catch(() => {})
  await Promise.all(origins.map((origin) => origin.close()))
  if (!details.failed) return
  const report = fc.defaultReportMessage(details)!
  const failed = { ...sequences, seed: details.seed, path: details.counterexamplePath ?? undefined }
  throw new Error(`${report}\n${howToRepeat(client, report, failed)}`)
}

async function runSequence(
  origins: readonly OriginServer[],
  figures: Figures,
  plans: readonly SessionPlan[],
  sequence: Iterable<fc.AsyncCommand<IdentityLedger, World>>,
): Promise<void> {
  const ledger = new IdentityLedger(figures, origins.length - 1)
  const world = new World(ledger, origins, plans)
  try {
    await fc.asyncModelRun(() => ({ model: ledger, real: world }), sequence)
    await world.settle()
  } finally {
    await world.close()
  }
  judgeAll(ledger)
  for (const asked of ledger.requests) enter(figures, asked, ledger)
  figures.sequences++
  if (ledger.complaints.count > 0) throw new Error(ledger.complaints.examples.join('\n'))
}

function enter(figures: Figures, asked: ObservedRequest, ledger: IdentityLedger): void {
  const { user, client, aborted, route } = asked
  if (aborted) figures.aborts++
  if (asked.trace.length === 0) return
  figures.users.add(user)
  count(figures.requestsByClient, client)
  if (asked.isOwn) figures.ownCredentials++
  if (asked.isRedirected) figures.redirects++
  if (asked.isForbidden) figures.forbidden++
  if (route.some((origin) => !ledger.isListed(origin))) figures.unlisted++
}
