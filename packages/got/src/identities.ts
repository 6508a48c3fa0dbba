import type { AgentOptions } from '@ntlmkit/agent'
import { ANYBODY, Identities, type NtlmOptions, type SharedOptions, sharedOptions } from '@ntlmkit/transport'
import type { Extendable, NtlmExtension } from './extension.js'
import { authenticating, letGo } from './ntlm.js'
import { withIdentitiesHelp } from './option-help.js'
import { checkGot } from './request-check.js'
import { Requests } from './requests.js'

/**
 * Instances by user, for one server process that acts for many:
 * `identities(got.extend({ prefixUrl }), options).for({ username, password })`.
 *
 * Each user has an instance and connections of their own. One that is let go closes its free connections, and each
 * other one behind the request that it serves; whoever still holds it may go on asking until all are closed.
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
  checkGot(got)
  const [shared, max] = sharedOptions(options)
  const requests = new Requests()
  const extensions = new WeakMap<object, NtlmExtension>()
  const open = (credential: object) => {
    const extension = authenticating(
      withIdentitiesHelp({ ...shared, ...credential } as NtlmOptions),
      agentOptions,
      requests,
    )
    const instance = got.extend(extension as never) as T
    extensions.set(instance, extension)
    return instance
  }
  open(ANYBODY)
  const close = async (instance: T, isEnd: boolean) => {
    const extension = extensions.get(instance)!
    const closing = letGo(extension)
    // The end of one is that of all, and of those that were let go before.
    await (isEnd ? Promise.allSettled([closing, requests.end()]) : closing)
    // Once more, for what had begun and was not on its way yet.
    if (isEnd) await letGo(extension)
  }
  return new Identities({ max, open, close })
}
