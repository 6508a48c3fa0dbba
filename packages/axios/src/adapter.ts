import type { NtlmAgents, RequestAgents } from '@ntlmkit/agent'
import axios, {
  type AxiosAdapter,
  type AxiosResponse,
  getAdapter,
  type InternalAxiosRequestConfig,
} from 'axios'
import { servedBy } from './added-agents.js'
import { checkConfig, traitsOf } from './request-config.js'

type Config = InternalAxiosRequestConfig
type AdapterSetting = Config['adapter']

const adapters = new WeakSet<AxiosAdapter>()

/**
 * An adapter that sends requests through another one, on the connections of these agents. It stands below
 * interceptors and transforms, so that they see one request and one final response, however often it was sent.
 */
export function ntlmAdapter(agents: NtlmAgents, setting: AdapterSetting): AxiosAdapter {
  const adapter: AxiosAdapter = async (config) => {
    if (config.ntlm !== false) checkConfig(config)
    const through = agents.track(traitsOf(config))
    const send = getAdapter(typeof setting === 'function' ? setting : 'http')
    const attempt = attemptOf(config, through)
    for (;;) {
      try {
        const response = await send({ ...attempt })
        if (response.status !== 401 || !through.takeReplay()) return own(response, config)
        discard(response)
      } catch (error) {
        if (!through.takeReplay() || config.signal?.aborted) throw explained(error, config, through)
        if (axios.isAxiosError(error) && error.response) discard(error.response)
      }
    }
  }
  adapters.add(adapter)
  return adapter
}

/** Tells whether an adapter is one of ours already. */
export function isNtlmAdapter(adapter: unknown): boolean {
  return adapters.has(adapter as AxiosAdapter)
}

/** The config with which the request goes out; the user's stays as it is. */
function attemptOf(config: Config, through: RequestAgents): Config {
  if (config.ntlm === false) {
    return {
      ...config,
      httpAgent: config.httpAgent ?? through.http,
      httpsAgent: config.httpsAgent ?? through.https,
    }
  }
  return {
    ...config,
    // Without this an environment variable such as HTTPS_PROXY would put axios's own agent in the place of ours.
    proxy: false,
    httpAgent: servedBy(through, config.httpAgent) ?? through.http,
    httpsAgent: servedBy(through, config.httpsAgent) ?? through.https,
  }
}

function own<T extends AxiosResponse>(response: T, config: Config): T {
  response.config = config
  return response
}

/** axios's own error, about the user's own config, with why the server refused as its cause. */
function explained(error: unknown, config: Config, { refusal }: RequestAgents): unknown {
  if (!axios.isAxiosError(error)) return error
  error.config = config
  if (error.response) own(error.response, config)
  if (error.response?.status === 401 && refusal) error.cause = refusal
  return error
}

/** Lets go of an answer that nobody will read: its connection is closed by then, or about to be. */
function discard({ data }: AxiosResponse): void {
  if (typeof data?.destroy !== 'function') return
  data.on('error', () => {})
  data.destroy()
}
