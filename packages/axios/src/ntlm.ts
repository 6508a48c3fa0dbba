import { type AgentOptions, ntlmAgents } from '@ntlmkit/agent'
import { NtlmError } from '@ntlmkit/core'
import { checkOptionNames, type NtlmOptions, ownOptions } from '@ntlmkit/transport'
import type { AxiosInstance } from 'axios'
import { type Ground, isNtlmAdapter, ntlmAdapter } from './adapter.js'
import { withHelp } from './option-help.js'
import { type AxiosInstanceLike, checkOrder, ownAxios } from './own-axios.js'
import { checkAdapter, checkConfig } from './request-config.js'
import { checkOwnProxy } from './request-proxy.js'
import type { Requests } from './requests.js'

const grounds = new WeakMap<object, Ground>()

/** The options of the agents that are made. Another agent that opens the connections is given to axios itself. */
export type PoolOptionsByProtocol = Omit<AgentOptions, 'via'>

/** What {@link ntlm} adds to an instance. */
export interface Closing {
  /** Closes every connection. What is under way fails, and so does every later request. */
  close(): void
  /** As `close`: `using api = ntlm(axios.create(), { ... })`. Where Node has it. */
  [Symbol.dispose](): void
}

/**
 * Authenticates the requests of an axios instance with NTLM, and leaves everything else of it as it was.
 *
 * One call is one identity and one pool of connections. A final 401 rejects as any 401 does with axios, with an
 * `NtlmError` as its `cause`. What HTTP cannot say rejects with that error's code: `error.code`, `error.cause`.
 *
 * @param instance of axios 1.6 or later, whichever copy of it the application has.
 * @param options `origins` is the origin of the instance's `baseURL` when it is absent.
 * @param agentOptions for the agents that are made; the instance's own agents come first: `httpAgent` and `httpsAgent` open its connections, or lend their options.
 * @returns the same instance, with `close()`.
 * @throws {NtlmError} ERR_NTLM_CONFIG for options that are missing, unknown, contradictory, or cannot work with NTLM.
 */
export function ntlm<T extends AxiosInstanceLike>(
  instance: T,
  options: NtlmOptions,
  agentOptions?: PoolOptionsByProtocol,
): T & Closing {
  return authenticated(instance, options, agentOptions, undefined)
}

/** As {@link ntlm}, for an instance that is one of several: these are the requests of all of them. */
export function authenticated<T extends AxiosInstanceLike>(
  instance: T,
  options: NtlmOptions,
  agentOptions: PoolOptionsByProtocol | undefined,
  requests: Requests | undefined,
): T & Closing {
  checkOrder(instance, options, 'ntlm(axios.create(), options)')
  const plain = instance as unknown as AxiosInstance
  if (grounds.has(plain)) {
    throw refused('The instance has its credentials already.', 'Make another one with axios.create().')
  }
  const own = ownAxios(plain)
  checkAdapter(plain.defaults.adapter)
  checkConfig(plain.defaults)
  checkOwnProxy(plain.defaults)
  const given = ownOptions(options)
  checkOptionNames(withHelp(given))
  const origins = given.origins ?? originOf(plain.defaults.baseURL)
  const agents = ntlmAgents(withHelp({ ...given, origins }), withOwnAgents(plain, agentOptions))
  const ground: Ground = { agents, own, requests, isClosed: false }
  authenticate(plain, ground)
  grounds.set(plain, ground)
  return closing(instance, ground)
}

/** Lets go of an instance: what has begun finishes, and connections close behind it. Done when nothing is under way. */
export function letGo(instance: object): Promise<void> | undefined {
  return grounds.get(instance)?.agents.close()
}

function authenticate({ defaults, interceptors }: AxiosInstance, ground: Ground): void {
  defaults.adapter = ntlmAdapter(ground, defaults.adapter)
  // An adapter of a single request would go past the one above.
  interceptors.request.use(
    (config) => {
      // What it cannot use it says when it is called: an error from here is lost by axios up to 1.12.
      config.adapter = ntlmAdapter(ground, config.adapter)
      return config
    },
    null,
    {
      synchronous: true,
      // Asked when a request is made, whatever other interceptors wait for.
      runWhen: (config) => {
        ground.requests?.begin(config)
        return config.ntlm !== false && !isNtlmAdapter(config.adapter)
      },
    },
  )
}

/** Out of sight of whoever copies an instance. */
function closing<T extends object>(instance: T, ground: Ground): T & Closing {
  const close = () => {
    ground.isClosed = true
    ground.agents.destroy()
  }
  const hidden = { value: close, configurable: true, enumerable: false, writable: true }
  Object.defineProperty(instance, 'close', hidden)
  if (Symbol.dispose !== undefined) Object.defineProperty(instance, Symbol.dispose, hidden)
  return instance as T & Closing
}

function withOwnAgents({ defaults }: AxiosInstance, given: PoolOptionsByProtocol = {}): AgentOptions {
  // Not for us to refuse.
  if (typeof given !== 'object' || given === null) return given
  if ((given as AgentOptions).via != null) {
    throw refused(
      'The agent option via is for the agents of @ntlmkit/agent.',
      'With axios, give the agents to axios: axios.create({ httpAgent, httpsAgent }), or in the config of a request.',
    )
  }
  const { httpAgent, httpsAgent } = defaults
  return { ...given, via: { http: httpAgent || undefined, https: httpsAgent || undefined } }
}

function originOf(baseURL: string | undefined): string {
  if (baseURL !== undefined && URL.canParse(baseURL)) return new URL(baseURL).origin
  throw refused(
    baseURL === undefined
      ? 'There is neither origins nor a baseURL.'
      : 'The baseURL is relative: it has no origin.',
    "Name who may get the credentials: ntlm(instance, { origins: 'https://intranet.corp', ... }).",
  )
}

function refused(message: string, hint: string): NtlmError {
  return new NtlmError('ERR_NTLM_CONFIG', message, { hint })
}
