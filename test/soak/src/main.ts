// npm run soak -- --seconds 120: requests of every client over faults, judged at the end. See docs/reliability.md.
import { sumOf } from './figures.js'
import type { Progress } from './part.js'
import { forkPart, type PartReport, settingsOfParts } from './parts.js'
import { printBeginning, printFigures, printProgress, printVerdicts, writeSummary } from './report.js'
import { readSettings, type Settings } from './settings.js'
import { mergedVerdicts } from './verdict.js'

/** Lines of progress are this many milliseconds apart: a sixth of a short run, a minute in a long one. */
const PROGRESS = { least: 20_000, most: 60_000, ofTheRun: 1 / 6 }

const settings = readSettings()
printBeginning(settings)
const reports = await soak(settings).catch(giveUp)
const verdicts = mergedVerdicts(reports.map((report) => report.verdicts))
printFigures(sumOf(reports.map(({ figures }) => figures)))
printVerdicts(verdicts)
if (settings.outputFile !== undefined) writeSummary(settings.outputFile, verdicts)
process.exit(verdicts.every(({ holds }) => holds) ? 0 : 1)

async function soak(all: Settings): Promise<PartReport[]> {
  const begun = performance.now()
  const progress = new Map<number, Progress>()
  const every = Math.min(PROGRESS.most, Math.max(PROGRESS.least, all.seconds * 1000 * PROGRESS.ofTheRun))
  const timer = setInterval(
    () => printProgress((performance.now() - begun) / 1000, [...progress.values()]),
    every,
  )
  try {
    const parts = settingsOfParts(all)
    return await Promise.all(
      parts.map((part, number) => forkPart(part, (latest) => progress.set(number, latest))),
    )
  } finally {
    clearInterval(timer)
  }
}

/** There is nothing to judge. */
function giveUp(error: unknown): never {
  console.error(error)
  process.exit(1)
}
