import { NtlmError } from '@ntlmkit/core'
import type { InternalAxiosRequestConfig } from 'axios'
import { namesProxies, proxyVariableFor } from './environment-proxy.js'

type Config = Pick<InternalAxiosRequestConfig, 'proxy' | 'beforeRedirect'>
type BeforeRedirect = NonNullable<Config['beforeRedirect']>

const HINT =
  'axios would replace the agent that authenticates. Give a proxy agent as httpsAgent (or httpAgent) with proxy: false, for ' +
  'instance of https-proxy-agent; proxy: false alone goes direct, and so do the hosts that NO_PROXY names.'

/** The place where axios is told to send the request through a proxy, if it is. */
export function proxyOf({ proxy }: Config, url: () => string): string | undefined {
  if (proxy) return 'the axios config'
  if (proxy === false || !namesProxies()) return undefined
  return variableFor(url())
}

/**
 * Refuses a proxy, which axios and NTLM cannot both have: past it in silence is no way either.
 *
 * @throws {NtlmError} ERR_NTLM_PROXY
 */
export function checkProxy(config: Config, url: () => string): void {
  const place = proxyOf(config, url)
  if (place !== undefined) throw refused(place)
}

/** A config's `beforeRedirect`, for a request that goes direct: where it is redirected, there may be a proxy. */
export function redirectedDirect({ proxy, beforeRedirect }: Config): Config {
  if (proxy === false || !namesProxies()) return { beforeRedirect }
  const checked: BeforeRedirect = (options, ...rest) => {
    const place = variableFor(String(options.href))
    if (place !== undefined) throw refused(place)
    beforeRedirect?.(options, ...rest)
  }
  return { beforeRedirect: checked }
}

function variableFor(url: string): string | undefined {
  const name = URL.canParse(url) ? proxyVariableFor(new URL(url)) : undefined
  return name === undefined ? undefined : `the environment (${name})`
}

function refused(place: string): NtlmError {
  return new NtlmError(
    'ERR_NTLM_PROXY',
    `A proxy is set in ${place}, and NTLM does not go through axios's own.`,
    {
      hint: HINT,
    },
  )
}
