import { opensConnections } from '@ntlmkit/agent'
import { NtlmError } from '@ntlmkit/core'
import type { InternalAxiosRequestConfig } from 'axios'
import { namesProxies, proxyVariableFor } from './environment-proxy.js'

type Config = Pick<InternalAxiosRequestConfig, 'proxy' | 'beforeRedirect' | 'httpAgent' | 'httpsAgent'>
type BeforeRedirect = NonNullable<Config['beforeRedirect']>

const HINT =
  'axios would replace the agent that authenticates. Give an agent for the proxy as httpsAgent (or httpAgent), as ' +
  'https-proxy-agent has one; to go direct, set proxy: false, or name the host in NO_PROXY.'

/** The place where axios is told to send the request through a proxy, if it is. */
export function proxyOf(config: Config, url: () => string): string | undefined {
  if (config.proxy) return 'the axios config'
  if (config.proxy === false || !namesProxies()) return undefined
  return variableFor(url(), config)
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
export function redirectedDirect(config: Config): Pick<Config, 'beforeRedirect'> {
  const { proxy, beforeRedirect } = config
  if (proxy === false || !namesProxies()) return {}
  const checked: BeforeRedirect = (options, ...rest) => {
    const place = variableFor(String(options.href), config)
    if (place !== undefined) throw refused(place)
    beforeRedirect?.(options, ...rest)
  }
  return { beforeRedirect: checked }
}

/** None where the user's agent opens the connections: that is a way through a proxy, or past it on purpose. */
function variableFor(text: string, { httpAgent, httpsAgent }: Config): string | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  if (opensConnections(url.protocol === 'https:' ? httpsAgent : httpAgent)) return undefined
  const name = proxyVariableFor(url)
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
