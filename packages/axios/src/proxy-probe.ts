import { Agent } from 'node:http'
import type { AxiosAdapter, InternalAxiosRequestConfig } from 'axios'

/** What an http adapter hands to the transport in its config, as far as a proxy shows in it. */
interface Handed {
  /** That of the config, or one that axios has put there. */
  readonly agent?: unknown
  /** Absolute where a proxy is asked for the whole URL. */
  readonly path?: unknown
}

/** Never connects. Node's own global agent may be told of proxies itself, and axios would leave them to it. */
const AGENT = new Agent()

/**
 * Tells whether an http adapter sends a request for this URL through a proxy of the environment. It is asked to send one,
 * through a transport that does not: all versions of axios call it before anything else happens.
 *
 * @returns true also where it did not get so far: what is not known to go direct does not.
 */
export function isProxied(send: AxiosAdapter, url: string): boolean {
  let isDirect = false
  const transport = {
    request({ agent, path }: Handed): never {
      isDirect = agent === AGENT && String(path).startsWith('/')
      throw new Error('This request was never to be sent.')
    },
  }
  const config = { url, method: 'get', headers: {}, transport, httpAgent: AGENT, httpsAgent: AGENT }
  send(config as unknown as InternalAxiosRequestConfig).catch(() => {})
  return !isDirect
}
