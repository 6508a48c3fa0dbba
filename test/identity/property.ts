import fc from 'fast-check'
import { commands, sessionPlans } from './arbitraries.js'
import type { AskedRequest } from './asked-request.js'
import { type Draw, howToRepeat, timesFromEnvironment } from './draw.js'
import type { Figures } from './figures.js'
import { judgeAll } from './judge.js'
import { Ledger } from './ledger.js'
import type { OriginServer } from './origin-server.js'
import { type SessionPlan, startOrigins, World } from './world.js'

/** Shrinking may take long: whoever waits is told the smallest sequence found by then, in milliseconds. */
const LIMIT = 60_000

/**
 * Draws sequences of commands for sessions of this client among others, and runs them.
 *
 * @throws {Error} with the smallest sequence that was found to fail, and how to repeat it.
 */
export async function checkIdentity(client: string, figures: Figures, draw: Draw): Promise<void> {
  const { seed, runs, path, replayPath } = draw
  const origins = await startOrigins()
  const times = timesFromEnvironment()
  let running = Promise.resolve()
  const property = fc.asyncProperty(
    sessionPlans(client),
    commands(draw.commands, replayPath),
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
  const failed = { ...draw, seed: details.seed, path: details.counterexamplePath ?? undefined }
  throw new Error(`${report}\n${howToRepeat(client, report, failed)}`)
}

async function runSequence(
  origins: readonly OriginServer[],
  figures: Figures,
  plans: readonly SessionPlan[],
  sequence: Iterable<fc.AsyncCommand<Ledger, World>>,
): Promise<void> {
  const ledger = new Ledger(figures, origins.length - 1)
  const world = new World(ledger, origins, plans)
  try {
    await fc.asyncModelRun(() => ({ model: ledger, real: world }), sequence)
    await world.settle()
  } finally {
    await world.close()
  }
  judgeAll(ledger)
  for (const asked of ledger.asked) enter(figures, asked, ledger)
  figures.sequences++
  if (ledger.complaints.length > 0) throw new Error(ledger.complaints.join('\n'))
}

function enter(figures: Figures, asked: AskedRequest, ledger: Ledger): void {
  const { asker, aborted, route } = asked
  if (aborted) figures.aborts++
  if (asked.trace.length === 0) return
  figures.users.add(asker.user)
  figures.requestsByClient.set(asker.client, (figures.requestsByClient.get(asker.client) ?? 0) + 1)
  if (asked.isOwn) figures.ownCredentials++
  if (asked.isRedirected) figures.redirects++
  if (asked.isForbidden) figures.forbidden++
  if (route.some((origin) => !ledger.isListed(origin))) figures.unlisted++
}
