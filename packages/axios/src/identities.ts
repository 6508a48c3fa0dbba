import { NtlmError } from '@ntlmkit/core'
import { ANYBODY, Identities, type NtlmOptions, type SharedOptions, sharedOptions } from '@ntlmkit/transport'
import { authenticated, type Closing, letGo, type PoolOptionsByProtocol } from './ntlm.js'
import { withIdentitiesHelp } from './option-help.js'
import { type AxiosInstanceLike, checkOrder } from './own-axios.js'
import { Requests } from './requests.js'

/**
 * Instances by user, for one server process that acts for many:
 * `identities(() => axios.create({ baseURL }), options).for({ username, password })`.
 *
 * Each user has an instance and connections of their own. One that is let go closes its free connections, and each
 * other one behind the request that it serves; whoever still holds it may go on asking until all are closed.
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
  if (typeof options === 'function') checkOrder(make, options, 'identities(() => axios.create(), options)')
  checkMake(make)
  const [shared, max] = sharedOptions(options)
  const requests = new Requests()
  const open = (credential: object) =>
    authenticated(
      make(),
      withIdentitiesHelp({ ...shared, ...credential } as NtlmOptions),
      agentOptions,
      requests,
    )
  open(ANYBODY)
  const close = async (instance: T & Closing, isEnd: boolean) => {
    const closing = letGo(instance)
    // The end of one is that of all, and of those that were let go before.
    await (isEnd ? Promise.allSettled([closing, requests.end()]) : closing)
    // Once more, for what had begun and was not on its way yet.
    if (isEnd) await letGo(instance)
  }
  return new Identities({ max, open, close })
}

/** An instance is a function too, and calling it would send a request. */
function checkMake(make: unknown): void {
  if (typeof make === 'function' && !('interceptors' in make)) return
  throw new NtlmError('ERR_NTLM_CONFIG', 'identities takes a function that makes an instance.', {
    hint: 'Give one that makes a new instance each time: identities(() => axios.create({ ... }), options).',
  })
}
