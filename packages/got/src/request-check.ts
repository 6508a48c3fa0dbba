import type { NtlmAgents } from '@ntlmkit/agent'
import { NtlmError } from '@ntlmkit/core'
import type { InitHook, Options } from 'got'
import { givenAgents } from './tracked-options.js'

/**
 * Refuses what would go past the connections that are authenticated.
 *
 * @throws {NtlmError} ERR_NTLM_CONFIG
 */
export function check(options: Options): void {
  if (options.http2) {
    throw refused('http2 is true', 'NTLM authenticates a connection and HTTP/2 shares it: leave it out.')
  }
  for (const [protocol, agent] of Object.entries(givenAgents(options))) {
    if (agent !== false) continue
    throw refused(
      `agent.${protocol} is false`,
      'Without an agent each request has a connection of its own, and NTLM authenticates a connection: leave it out.',
    )
  }
}

/**
 * A hook that refuses what an instance's options have by the time they are extended. Those of a request are checked when
 * it is made: an error from here would be another one there.
 */
export function earlyCheck(agents: NtlmAgents): InitHook {
  const hook: InitHook = (extending, extended) => {
    if (!extending.hooks?.init?.includes(hook)) return
    check(extended)
    agents.track({ via: givenAgents(extended) })
  }
  return hook
}

function refused(what: string, hint: string): NtlmError {
  return new NtlmError('ERR_NTLM_CONFIG', `In the got options ${what}, and NTLM cannot work that way.`, {
    hint,
  })
}
