import { type AgentOptions, ntlmAgents } from '@ntlmkit/agent'
import { NtlmError } from '@ntlmkit/core'
import { type NtlmOptions, ownOptions } from '@ntlmkit/transport'
import type { AxiosInstance, InternalAxiosRequestConfig } from 'axios'
import { isNtlmAdapter, ntlmAdapter } from './adapter.js'
import { carryAgents } from './carried-agents.js'
import { checkAdapter, checkConfig } from './request-config.js'

const authenticated = new WeakSet<AxiosInstance>()

/**
 * Authenticates the requests of an axios instance with NTLM, and leaves everything else of it as it was.
 *
 * One call is one identity and one pool of connections. A final 401 rejects as any 401 does with axios, with an
 * `NtlmError` as its `cause`. What HTTP cannot say rejects with that error's code: `error.code`, `error.cause`.
 *
 * @param options `origins` is the origin of the instance's `baseURL` when it is absent.
 * @param agentOptions for the agents that are made; the options of the instance's own agents are kept.
 * @returns the same instance.
 * @throws {NtlmError} ERR_NTLM_CONFIG for options that are missing, unknown, contradictory, or cannot work with NTLM.
 */
export function ntlm<T extends AxiosInstance>(
  instance: T,
  options: NtlmOptions,
  agentOptions?: AgentOptions,
): T {
  const { defaults } = instance
  if (authenticated.has(instance)) {
    throw refused('The instance has its credentials already.', 'Make another one with axios.create().')
  }
  checkAdapter(defaults.adapter)
  checkConfig({ ...defaults, httpAgent: undefined, httpsAgent: undefined })
  const own = ownOptions(options)
  const origins = own.origins ?? originOf(defaults.baseURL)
  const agents = ntlmAgents({ ...own, origins }, carryAgents(instance, agentOptions))
  defaults.adapter = ntlmAdapter(agents, adapterFunction(defaults.adapter))
  // An adapter of a single request would go past the one above.
  instance.interceptors.request.use(
    (config) => {
      checkAdapter(config.adapter)
      config.adapter = ntlmAdapter(agents, adapterFunction(config.adapter))
      return config
    },
    null,
    {
      synchronous: true,
      runWhen: (config) => config.ntlm !== false && !isNtlmAdapter(config.adapter),
    },
  )
  authenticated.add(instance)
  return instance
}

function adapterFunction(setting: InternalAxiosRequestConfig['adapter']): typeof setting {
  return [setting].flat().find((adapter) => typeof adapter === 'function')
}

function originOf(baseURL: string | undefined): string {
  if (baseURL !== undefined && URL.canParse(baseURL)) return new URL(baseURL).origin
  throw refused(
    baseURL === undefined ? 'There is neither origins nor a baseURL.' : 'The baseURL has no origin.',
    "Name who may get the credentials: ntlm(instance, { origins: 'https://intranet.corp', ... }).",
  )
}

function refused(message: string, hint: string): NtlmError {
  return new NtlmError('ERR_NTLM_CONFIG', message, { hint })
}
