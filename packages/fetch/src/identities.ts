import { type Identities, ownOptions, type SharedOptions } from '@ntlmkit/transport'
import { identities as agentsByUser, type NtlmAgent, type NtlmAgentOptions } from '@ntlmkit/undici'
import { fetchOver, type NtlmFetch } from './create-ntlm-fetch.js'

/** The fetches of a process that acts for many users, one for each: see `Identities` of @ntlmkit/undici. */
export type FetchesByUser = Pick<Identities<NtlmFetch>, 'size' | 'for' | 'close' | typeof Symbol.asyncDispose>

/**
 * Fetches by user, for one server process that acts for many: `identities({ origins }).for({ username, password })`.
 *
 * Each has connections of its own, and none serves two users. One that is let go closes its idle connections, and each
 * other one behind the request that it serves; whoever still holds it may go on asking.
 *
 * @throws {NtlmError} ERR_NTLM_CONFIG for options that `createNtlmFetch` refuses, and for a credential among them.
 */
export function identities(options: SharedOptions<NtlmAgentOptions>): FetchesByUser {
  const agents = agentsByUser(ownOptions(options))
  const fetches = new WeakMap<NtlmAgent, NtlmFetch>()
  const close = () => agents.close()
  const byUser = {
    get size() {
      return agents.size
    },
    for(credential: Parameters<typeof agents.for>[0]): NtlmFetch {
      const agent = agents.for(credential)
      const known = fetches.get(agent)
      if (known !== undefined) return known
      const fetch = fetchOver(agent, () => agent.close())
      fetches.set(agent, fetch)
      return fetch
    },
    close,
  }
  if (Symbol.asyncDispose !== undefined) Object.defineProperty(byUser, Symbol.asyncDispose, { value: close })
  return byUser as FetchesByUser
}
