import { ANYBODY, Identities, type SharedOptions, sharedOptions } from '@ntlmkit/transport'
import type { NtlmAgentOptions } from './agent-options.js'
import { NtlmAgent, retire } from './ntlm-agent.js'
import { withIdentitiesHelp } from './option-help.js'

/**
 * Agents by user, for one server process that acts for many: `identities({ origins }).for({ username, password })`.
 *
 * Each agent has connections of its own, and none serves two users. One that is let go closes its idle connections, and
 * each other one behind the request that it serves; whoever still holds it may go on asking.
 *
 * @throws {NtlmError} ERR_NTLM_CONFIG for options that no agent takes, and for a credential among them.
 */
export function identities(options: SharedOptions<NtlmAgentOptions>): Identities<NtlmAgent> {
  const [shared, max] = sharedOptions(options)
  const open = (credential: object) =>
    new NtlmAgent(withIdentitiesHelp({ ...shared, ...credential } as NtlmAgentOptions))
  open(ANYBODY)
  return new Identities({ max, open, close: (agent, isEnd) => (isEnd ? agent.close() : retire(agent)) })
}
