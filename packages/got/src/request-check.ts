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
 * A hook that refuses what an instance's options have when they are extended, and what the same call of `extend()` adds
 * behind ours. Those of a later call cannot be told from those of a request: they are checked when one is made, as an error
 * from here would be another one there.
 */
export function earlyCheck(agents: NtlmAgents): InitHook {
  const extendedByUs = new WeakSet<Options>()
  const hook: InitHook = (extending, extended) => {
    const isOurs = extending.hooks?.init?.includes(hook)
    if (isOurs) extendedByUs.add(extended)
    if (!isOurs && !extendedByUs.has(extended)) return
    const checked = isOurs ? extended : ({ http2: extending.http2, agent: extending.agent ?? {} } as Options)
    check(checked)
    agents.track({ via: givenAgents(checked) })
  }
  return hook
}

/**
 * Checks that the options come first, and alone.
 *
 * @throws {NtlmError} ERR_NTLM_CONFIG for a got instance in their place or behind them.
 */
export function checkOrder(options: unknown, agentOptions: unknown): void {
  if (typeof options !== 'function' && typeof agentOptions !== 'function') return
  throw new NtlmError('ERR_NTLM_CONFIG', 'ntlm() takes options, and no got instance.', {
    hint: 'Write got.extend(ntlm({ username, password, origins })): the instance is extended by what it returns.',
  })
}

/**
 * Checks that a got instance comes first.
 *
 * @throws {NtlmError} ERR_NTLM_CONFIG for what cannot be extended.
 */
export function checkGot(got: unknown): void {
  if (typeof (got as { extend?: unknown } | null | undefined)?.extend === 'function') return
  throw new NtlmError('ERR_NTLM_CONFIG', 'The first argument is no got instance.', {
    hint: 'Write identities(got, options), with the instance that is to be extended for each user.',
  })
}

function refused(what: string, hint: string): NtlmError {
  return new NtlmError('ERR_NTLM_CONFIG', `In the got options ${what}, and NTLM cannot work that way.`, {
    hint,
  })
}
