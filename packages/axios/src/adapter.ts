import type { NtlmAgents, RequestAgents } from '@ntlmkit/agent'
import { NtlmError } from '@ntlmkit/core'
import type { AxiosAdapter, AxiosError, AxiosResponse, InternalAxiosRequestConfig } from 'axios'
import type { OwnAxios } from './own-axios.js'
import { refusalOf } from './refusal.js'
import { checkAdapter, checkConfig, chosenAdapter, isCancelled, traitsOf } from './request-config.js'
import { checkProxy, proxyOf, redirectedDirect } from './request-proxy.js'
import type { Requests } from './requests.js'

type Config = InternalAxiosRequestConfig
type AdapterSetting = Config['adapter']

const adapters = new WeakSet<AxiosAdapter>()

/** What the adapters of one instance stand on. */
export interface Ground {
  readonly agents: NtlmAgents
  readonly own: OwnAxios
  /** Those of all users together, where the instance is one of several. */
  readonly requests: Requests | undefined
  isClosed: boolean
}

/**
 * An adapter that sends requests through another one, on the connections of these agents. It stands below
 * interceptors and transforms, so that they see one request and one final response, however often it was sent.
 *
 * @param setting the adapter that the config has; what cannot be used fails the request.
 */
export function ntlmAdapter(ground: Ground, setting: AdapterSetting): AxiosAdapter {
  const { own, requests } = ground
  const chosen = chosenAdapter(setting)
  const send = typeof chosen === 'function' ? (chosen as AxiosAdapter) : own.send
  const adapter: AxiosAdapter = async (config) => {
    if (ground.isClosed || requests?.mayGo(config) === false) throw closed()
    checkAdapter(setting)
    if (config.ntlm !== false) {
      checkConfig(config)
      checkProxy(config, own)
    }
    const answer = () => sent(config, send, ground)
    return requests === undefined ? answer() : requests.run(answer)
  }
  adapters.add(adapter)
  return adapter
}

/** Tells whether an adapter is one of ours already. */
export function isNtlmAdapter(adapter: unknown): boolean {
  return adapters.has(adapter as AxiosAdapter)
}

/** The final answer to a request, which goes once more where a server forgot its connection. */
async function sent(config: Config, send: AxiosAdapter, { agents, own }: Ground): Promise<AxiosResponse> {
  const through = agents.track(traitsOf(config))
  const attempt = attemptOf(config, through, own)
  for (;;) {
    try {
      const response = await send({ ...attempt })
      if (response.status !== 401 || !through.takeReplay()) {
        // Accepted by the user's validateStatus, it has nobody to be the cause of: it is told all the same.
        refusalOf(response, config, through, own)
        return about(response, config)
      }
      discard(response)
    } catch (error) {
      if (!through.takeReplay() || isCancelled(config)) throw explained(error, config, through, own)
      if (isAxiosError(error) && error.response) discard(error.response)
    }
  }
}

/** The config with which the request goes out; the user's stays as it is. */
function attemptOf(config: Config, through: RequestAgents, own: OwnAxios): Config {
  if (config.ntlm === false) {
    // axios's own way through a proxy wants agents of its own.
    if (proxyOf(config, own) !== undefined) return config
    return {
      ...config,
      httpAgent: config.httpAgent ?? through.http,
      httpsAgent: config.httpsAgent ?? through.https,
    }
  }
  return {
    ...config,
    ...redirectedDirect(config, own),
    // So that axios looks for none once more, and puts no agent of its own in the place of ours.
    proxy: false,
    httpAgent: through.http,
    httpsAgent: through.https,
  }
}

function about<T extends AxiosResponse>(response: T, config: Config): T {
  response.config = config
  return response
}

/** axios's own error, about the user's own config, with why the server refused as its cause. */
function explained(error: unknown, config: Config, through: RequestAgents, own: OwnAxios): unknown {
  // The reason of a cancelToken has no config, and is the same for all that it cancels.
  if (!isAxiosError(error) || error.config === undefined) return error
  error.config = config
  if (error.response === undefined) return error
  about(error.response, config)
  const refusal = refusalOf(error.response, config, through, own)
  if (refusal !== undefined) error.cause = refusal
  return error
}

/** By its documented property: the class is that of the user's copy. */
function isAxiosError(error: unknown): error is AxiosError {
  return (error as Partial<AxiosError> | null)?.isAxiosError === true
}

/** Lets go of an answer that nobody will read: its connection is closed by then, or about to be. */
function discard({ data }: AxiosResponse): void {
  if (typeof data?.destroy !== 'function') return
  data.on('error', () => {})
  data.destroy()
}

function closed(): NtlmError {
  return new NtlmError('ERR_NTLM_CONFIG', 'The instance has been closed.', {
    hint: 'close() ends all of its connections. Call it behind the last request, or make another instance.',
  })
}
