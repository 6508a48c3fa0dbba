import { performance } from 'node:perf_hooks'
import type { Identity } from './clients/client.js'
import { CLIENTS } from './clients/index.js'
import { hintOf, Refused, refusals } from './failures.js'
import { headline, Progress } from './progress.js'
import type { Scenario } from './scenarios.js'
import { header, isGood, line, type Row } from './table.js'
import type { Meter } from './wire-counts.js'

/** One server, shown with every client and scenario. */
export interface Section {
  title: string
  url: string
  identity: Identity
  meter: Meter
  uploadSize: number
  scenarios: readonly Scenario[]
  /** Whether a refusal is what there is to see. Default: false, it ends the demonstration. */
  refused?: boolean
}

/**
 * Prints a row for each client and scenario. Each begins with a new client, so that its counts have the handshakes
 * in them.
 *
 * @throws the first failure: with a wrong password, the next attempt could lock the account.
 */
export async function showSection(section: Section): Promise<void> {
  headline(section.title, section.meter.countedBy)
  console.log(header())
  for (const { name, open } of CLIENTS) {
    for (const scenario of section.scenarios) {
      const client = open(section.identity)
      try {
        await showRow(section, scenario, name, client)
      } finally {
        await client.close()
      }
    }
  }
  if (section.refused && refusals.last) console.log(hintOf(refusals.last))
}

async function showRow(
  { url, meter, uploadSize, refused = false }: Section,
  scenario: Scenario,
  name: string,
  client: ReturnType<(typeof CLIENTS)[number]['open']>,
): Promise<void> {
  const progress = new Progress(`${name}, ${scenario.name}`)
  meter.reset()
  refusals.clear()
  const start = performance.now()
  try {
    const statuses = await scenario.run({
      client,
      url,
      uploadSize,
      progress: (done) => progress.update(done),
    })
    const milliseconds = performance.now() - start
    const row: Row = { client: name, scenario: scenario.name, statuses, milliseconds, ...meter.read() }
    progress.finish(line(row))
    if (isGood(statuses)) return
    if (!refused) throw new Refused(statuses.find((status) => status >= 400) ?? 0, refusals.last)
  } catch (error) {
    progress.abandon()
    throw error
  }
}
