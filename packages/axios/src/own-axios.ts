import { NtlmError } from '@ntlmkit/core'
import type { AxiosAdapter, AxiosInstance, AxiosResponse, InternalAxiosRequestConfig } from 'axios'
import { isProxied } from './proxy-probe.js'

/**
 * An axios instance, from any copy of axios 1.x. What all of them have is named here and no more: axios declares its
 * types twice, for ES modules and for CommonJS, and an instance of one kind does not fit the other's.
 */
export interface AxiosInstanceLike {
  readonly defaults: object
  readonly interceptors: { readonly request: object; readonly response: object }
  request(config: never): Promise<unknown>
}

/** What an instance's own copy of axios is asked for. */
export interface OwnAxios {
  /** Its http adapter: another copy's would lose headers, and throw errors that are not of the user's AxiosError. */
  readonly send: AxiosAdapter
  /** The URL that a request goes to, without its params. */
  urlOf(config: InternalAxiosRequestConfig): string
  /**
   * Tells whether it sends a request for this URL through a proxy of the environment, by its own rules: which variables
   * it reads and what NO_PROXY means have changed from version to version.
   */
  isProxied(url: string): boolean
}

/** The way in which a config gets past all that axios does to one: merging would copy what is in it. */
interface Wrapped {
  unwrap(): InternalAxiosRequestConfig
}

/**
 * Reaches the copy of axios that made an instance. Nothing is imported for it: an application may have several copies,
 * and `import` and `require` give two of the same version.
 *
 * @throws {NtlmError} ERR_NTLM_CONFIG for what is no instance of axios 1.x.
 */
export function ownAxios(instance: AxiosInstance): OwnAxios {
  checkInstance(instance)
  const bare = instance.create()
  // The instance has done its part by the time its adapter is called. Defaults and plug-ins would do theirs twice.
  for (const name of Object.keys(bare.defaults)) delete (bare.defaults as Record<string, unknown>)[name]
  bare.interceptors.request.clear()
  bare.interceptors.response.clear()
  bare.interceptors.request.use((wrapped) => (wrapped as unknown as Wrapped).unwrap(), null, {
    synchronous: true,
  })
  const send: AxiosAdapter = (config) => {
    const unwrap = () => ({ ...config, adapter: 'http', transformRequest: [], transformResponse: [] })
    return bare.request<unknown, AxiosResponse>({ unwrap } as object)
  }
  return {
    send,
    isProxied: (url) => isProxied(send, url),
    urlOf: ({ baseURL, url, allowAbsoluteUrls }) =>
      bare.getUri({ baseURL, url, allowAbsoluteUrls } as object),
  }
}

/**
 * Checks that the instance comes before the options.
 *
 * @param call as it is written.
 * @throws {NtlmError} ERR_NTLM_CONFIG for the wrong order, and for options alone.
 */
export function checkOrder(first: unknown, second: unknown, call: string): void {
  if (typeof first !== 'object' || first === null || 'interceptors' in first) return
  throw refused(
    typeof second === 'function'
      ? 'The arguments are in the wrong order.'
      : 'The first argument is an object with options, and no axios instance.',
    `Write ${call}.`,
  )
}

function checkInstance(instance: unknown): void {
  const { create, interceptors, defaults } = (instance ?? {}) as Partial<AxiosInstance>
  if (typeof create !== 'function' || !interceptors?.request || !defaults) {
    throw refused(
      'This is no axios instance.',
      'Give what axios.create() returns: ntlm(axios.create(), { ... }).',
    )
  }
  if (isOfAxios0(instance as AxiosInstance)) {
    throw refused(
      'The instance is of axios 0.x, and @ntlmkit/axios needs axios 1.6 or later.',
      'Update axios, or give the instance agents: ntlmAgents() of @ntlmkit/agent makes an httpAgent and an httpsAgent.',
    )
  }
}

/** Its instances have no class to be constructed by, and their adapter has no name but is a function. */
function isOfAxios0(instance: AxiosInstance): boolean {
  return typeof instance.defaults.adapter === 'function' && !Object.hasOwn(instance, 'constructor')
}

function refused(message: string, hint: string): NtlmError {
  return new NtlmError('ERR_NTLM_CONFIG', message, { hint })
}
