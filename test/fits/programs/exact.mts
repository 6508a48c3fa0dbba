// Under `exactOptionalPropertyTypes` an option that may be undefined is not one that may be absent.
import { type AgentOptions, ntlmAgents } from '@ntlmkit/agent'
import { NtlmAgent, type NtlmAgentOptions } from '@ntlmkit/undici'
import { request } from 'undici'

const { targets, account } = JSON.parse(process.env.FITS ?? '') as {
  targets: Record<string, string>
  account: { username: string; password: string }
}
const url = targets.exact ?? ''
const absent = process.env.FITS_ABSENT

const options: NtlmAgentOptions = {
  ...account,
  origins: new URL(url).origin,
  domain: absent,
  workstation: absent,
  spn: undefined,
  schemes: undefined,
  channelBinding: undefined,
  handshakeTimeout: undefined,
  firstLeg: undefined,
  strict: undefined,
  legacy: undefined,
  connections: undefined,
  connect: undefined,
  others: undefined,
  client: undefined,
}
const agentOptions: AgentOptions = { maxSockets: 2 }
ntlmAgents({ ...account, origins: new URL(url).origin, domain: absent }, agentOptions).destroy()

const dispatcher = new NtlmAgent(options)
const { body } = await request(url, { dispatcher })
const { user } = (await body.json()) as { user: string }
await dispatcher.close()
console.log(JSON.stringify({ client: 'exact', user }))
