// The clients of one part of a run, in a process of their own: started by parts.ts.
import { once } from 'node:events'
import { figuresOf } from './figures.js'
import { type PartSettings, runPart } from './part.js'
import type { FromPart } from './parts.js'
import { verdictsOn } from './verdict.js'

process.once('disconnect', () => process.exit())
const [settings] = (await once(process, 'message')) as [PartSettings]
const evidence = await runPart(settings, (progress) => tell({ is: 'progress', progress }))
const report = { figures: figuresOf(evidence), verdicts: verdictsOn(evidence) }
tell({ is: 'report', report }, () => process.disconnect())

function tell(message: FromPart, told?: () => void): void {
  process.send?.(message, undefined, undefined, told)
}
