import { ANYBODY, Identities, type NtlmOptions, type SharedOptions, sharedOptions } from '@ntlmkit/transport'
import type { AgentOptions } from './agent-options.js'
import { type NtlmAgents, ntlmAgents } from './ntlm-agents.js'
import { withIdentitiesHelp } from './option-help.js'

/**
 * Agents by user, for one server process that acts for many: `identities({ origins }).for({ username, password })`.
 *
 * Each user has sockets of their own, and none serves two. Agents that are let go close their free sockets, and each other
 * one behind the request that it serves; whoever still holds them may go on asking.
 *
 * @param agentOptions as for `ntlmAgents`, the same for all users.
 * @throws {NtlmError} ERR_NTLM_CONFIG for options that `ntlmAgents` refuses, and for a credential among them.
 */
export function identities(
  options: SharedOptions<NtlmOptions>,
  agentOptions?: AgentOptions,
): Identities<NtlmAgents> {
  const [shared, max] = sharedOptions(options)
  const open = (credential: object) =>
    ntlmAgents(withIdentitiesHelp({ ...shared, ...credential } as NtlmOptions), agentOptions)
  open(ANYBODY)
  return new Identities({
    max,
    open,
    close: (agents, isEnd) => {
      const closed = agents.close()
      return isEnd ? closed.then(() => agents.destroy()) : closed
    },
  })
}
