import type { AgentOptions } from '@ntlmkit/agent'
import { ANYBODY, Identities, type NtlmOptions, type SharedOptions, sharedOptions } from '@ntlmkit/transport'
import type { Extendable, NtlmExtension } from './extension.js'
import { letGo, ntlm } from './ntlm.js'

/**
 * Instances by user, for one server process that acts for many:
 * `identities(got.extend({ prefixUrl }), options).for({ username, password })`.
 *
 * Each user has an instance and connections of their own. One that is let go closes its free connections, and each
 * other one behind the request that it serves; whoever still holds it may go on asking.
 *
 * @param got the instance that is extended for each user.
 * @param options as for {@link ntlm}, without a credential; `max` is the number of users that are kept (100).
 * @throws {NtlmError} ERR_NTLM_CONFIG for what `ntlm` refuses, and for a credential among the options.
 */
export function identities<T extends Extendable>(
  got: T,
  options: SharedOptions<NtlmOptions>,
  agentOptions?: AgentOptions,
): Identities<T> {
  const [shared, max] = sharedOptions(options)
  const extensions = new WeakMap<object, NtlmExtension>()
  const open = (credential: object) => {
    const extension = ntlm({ ...shared, ...credential } as NtlmOptions, agentOptions)
    const instance = got.extend(extension as never) as T
    extensions.set(instance, extension)
    return instance
  }
  open(ANYBODY)
  return new Identities({ max, open, close: (instance, isEnd) => letGo(extensions.get(instance)!, isEnd) })
}
