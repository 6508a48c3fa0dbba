import { type Identities, ownOptions, type SharedOptions, showAs } from '@ntlmkit/transport'
import { identities as agentsByUser, type NtlmAgent, type NtlmAgentOptions, NtlmError } from '@ntlmkit/undici'
import { fetchOver, type NtlmFetch } from './create-ntlm-fetch.js'
import { Requests } from './requests.js'

/** The fetches of a process that acts for many users, one for each: see `Identities` of @ntlmkit/undici. */
export type FetchesByUser = Pick<Identities<NtlmFetch>, 'size' | 'for' | 'close' | typeof Symbol.asyncDispose>

/**
 * Fetches by user, for one server process that acts for many: `identities({ origins }).for({ username, password })`.
 *
 * Each has connections of its own, and none serves two users. One that is let go closes its idle connections, and each
 * other one behind the request that it serves; whoever still holds it may go on asking until all are closed.
 *
 * @throws {NtlmError} ERR_NTLM_CONFIG for options that `createNtlmFetch` refuses, and for a credential among them.
 */
export function identities(options: SharedOptions<NtlmAgentOptions>): FetchesByUser {
  const agents = agentsByUser(ownOptions(options))
  const fetches = new WeakMap<NtlmAgent, NtlmFetch>()
  const requests = new Requests()
  const close = async () => {
    await requests.end()
    await agents.close()
  }
  const byUser = {
    get size() {
      return agents.size
    },
    for(credential: Parameters<typeof agents.for>[0]): NtlmFetch {
      if (requests.isEnded) throw closed()
      const agent = agents.for(credential)
      const known = fetches.get(agent)
      if (known !== undefined) return known
      const fetch = fetchOver(agent, new Requests(requests))
      fetches.set(agent, fetch)
      return fetch
    },
    close,
  }
  if (Symbol.asyncDispose !== undefined) Object.defineProperty(byUser, Symbol.asyncDispose, { value: close })
  return showAs(byUser as FetchesByUser, 'Identities', () => ({ agents }))
}

/** As the agents' own refusal: these are closed before those are, which have requests to come. */
function closed(): NtlmError {
  return new NtlmError('ERR_NTLM_CONFIG', 'These identities are closed.', {
    hint: 'Make others with identities(), or close them later.',
  })
}
