import { clientMeter } from './client-meter.js'
import type { CommandLine } from './command-line.js'
import { showSection } from './section.js'

/** Shows the same with somebody else's server. */
export async function showRemote(
  { url, username, password, ca }: NonNullable<CommandLine['remote']>,
  { scenarios, uploadSize }: CommandLine,
): Promise<void> {
  const { origin } = new URL(url)
  const identity = { origin, username, password, ca }
  await showSection({ title: url, url, identity, meter: clientMeter(), scenarios, uploadSize })
}
