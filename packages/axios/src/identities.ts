import { ANYBODY, Identities, type NtlmOptions, type SharedOptions, sharedOptions } from '@ntlmkit/transport'
import { type Closing, letGo, ntlm, type PoolOptionsByProtocol } from './ntlm.js'
import type { AxiosInstanceLike } from './own-axios.js'

/**
 * Instances by user, for one server process that acts for many:
 * `identities(() => axios.create({ baseURL }), options).for({ username, password })`.
 *
 * Each user has an instance and connections of their own. One that is let go closes its free connections, and each
 * other one behind the request that it serves; whoever still holds it may go on asking.
 *
 * @param make makes a new instance each time; the first is made at once, to find out whether the options are good.
 * @param options as for {@link ntlm}, without a credential; `max` is the number of users that are kept (100).
 * @throws {NtlmError} ERR_NTLM_CONFIG for what `ntlm` refuses, and for a credential among the options.
 */
export function identities<T extends AxiosInstanceLike>(
  make: () => T,
  options: SharedOptions<NtlmOptions>,
  agentOptions?: PoolOptionsByProtocol,
): Identities<T & Closing> {
  const [shared, max] = sharedOptions(options)
  const open = (credential: object) => ntlm(make(), { ...shared, ...credential } as NtlmOptions, agentOptions)
  open(ANYBODY)
  return new Identities({ max, open, close: letGo })
}
