import { opensConnections } from '@ntlmkit/agent'
import { NtlmError } from '@ntlmkit/core'
import { findingsOf } from '@ntlmkit/transport'
import type { InternalAxiosRequestConfig } from 'axios'
import { namesProxies, proxyVariablesFor } from './environment-proxy.js'
import type { OwnAxios } from './own-axios.js'

type Config = InternalAxiosRequestConfig
type BeforeRedirect = NonNullable<Config['beforeRedirect']>

const HINT =
  'axios would replace the agent that authenticates. Give an agent for the proxy as httpsAgent (or httpAgent), as ' +
  'https-proxy-agent has one; to go direct, set proxy: false, or name the host in NO_PROXY.'

const IN_CONFIG = 'the axios config'

/** The place where axios is told to send the request through a proxy, if it is. */
export function proxyOf(config: Config, own: OwnAxios): string | undefined {
  if (config.proxy) return IN_CONFIG
  if (config.proxy === false || !namesProxies()) return undefined
  return environmentFor(own.urlOf(config), config, own)
}

/**
 * Refuses a proxy, which axios and NTLM cannot both have: past it in silence is no way either.
 *
 * @throws {NtlmError} ERR_NTLM_PROXY
 */
export function checkProxy(config: Config, own: OwnAxios): void {
  const place = proxyOf(config, own)
  if (place !== undefined) throw refused(place)
}

/**
 * Refuses a proxy that an instance was made with. The environment is looked at with each request.
 *
 * @throws {NtlmError} ERR_NTLM_PROXY
 */
export function checkOwnProxy({ proxy }: Pick<Config, 'proxy'>): void {
  if (proxy) throw refused(IN_CONFIG)
}

/** A config's `beforeRedirect`, for a request that goes direct: where it is redirected, there may be a proxy by then. */
export function redirectedDirect(config: Config, own: OwnAxios): Pick<Config, 'beforeRedirect'> {
  const { proxy, beforeRedirect } = config
  if (proxy === false) return {}
  const checked: BeforeRedirect = (options, ...rest) => {
    const place = namesProxies() ? environmentFor(String(options.href), config, own) : undefined
    if (place !== undefined) throw refused(place)
    beforeRedirect?.(options, ...rest)
  }
  return { beforeRedirect: checked }
}

/** None where the user's agent opens the connections: that is a way through a proxy, or past it on purpose. */
function environmentFor(text: string, { httpAgent, httpsAgent }: Config, own: OwnAxios): string | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  const names = proxyVariablesFor(url)
  if (names.length === 0 || opensConnections(url.protocol === 'https:' ? httpsAgent : httpAgent)) {
    return undefined
  }
  return own.isProxied(text) ? `the environment (${names.join(', ')})` : undefined
}

function refused(place: string): NtlmError {
  return new NtlmError(
    'ERR_NTLM_PROXY',
    `A proxy is set in ${place}, and NTLM does not go through axios's own.`,
    { hint: HINT, findings: findingsOf('proxy-option') },
  )
}
