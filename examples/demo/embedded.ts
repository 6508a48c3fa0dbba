import { randomBytes } from 'node:crypto'
import { createNtlmServer, type NtlmServerOptions } from '@ntlmkit/server'
import type { CommandLine } from './command-line.js'
import { SCENARIOS } from './scenarios.js'
import { type Section, showSection } from './section.js'
import { serverMeter } from './server-meter.js'

const USERNAME = 'LAB\\alice'

/** Shows everything with servers of our own, on loopback: nothing needs to be there but Node. */
export async function showEmbedded({ scenarios, uploadSize }: CommandLine): Promise<void> {
  // Made up for this run: nobody else has to know it.
  const password = randomBytes(12).toString('base64')
  const show = async (
    title: string,
    options: Partial<NtlmServerOptions> = {},
    { tried = password, ...changes }: Partial<Section> & { tried?: string } = {},
  ) => {
    await using server = await createNtlmServer({ users: { [USERNAME]: password }, ...options }).listen()
    const { origin, url, ca } = server
    const identity = { origin, username: USERNAME, password: tried, ca }
    const section = { title: `${title}, ${origin}`, url, identity, meter: serverMeter(server) }
    await showSection({ ...section, scenarios, uploadSize, ...changes })
  }
  await show('NTLMv2 with a MIC')
  await show('Channel binding required', { tls: { hash: 'sha384' }, channelBinding: 'require' })
  await show('A wrong password', {}, { tried: 'not it', refused: true, scenarios: SCENARIOS.slice(0, 1) })
}
