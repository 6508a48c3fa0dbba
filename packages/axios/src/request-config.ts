import type { Readable } from 'node:stream'
import { types } from 'node:util'
import type { ClientRequestTraits } from '@ntlmkit/agent'
import { NtlmError } from '@ntlmkit/core'
import type { InternalAxiosRequestConfig } from 'axios'

/** The part of a request's config, or of an instance's defaults, by which NTLM can work or not. */
type Config = Pick<
  InternalAxiosRequestConfig,
  'cancelToken' | 'data' | 'ntlm' | 'signal' | 'socketPath' | 'httpAgent' | 'httpsAgent'
> & { httpVersion?: unknown }

/**
 * Refuses what would go past the connections that are authenticated.
 *
 * @throws {NtlmError} ERR_NTLM_CONFIG
 */
export function checkConfig(config: Config): void {
  if (Object.hasOwn(config, 'socketPath') && config.socketPath) {
    throw refused(
      'socketPath is set',
      'A local socket is no origin that could be named in the origins option.',
    )
  }
  if (Number(config.httpVersion ?? 1) === 2) {
    throw refused('httpVersion is 2', 'NTLM authenticates a connection and HTTP/2 shares it: leave it out.')
  }
}

/**
 * Checks that the adapter setting comes to node:http in Node: the default list does, through its second entry.
 *
 * @throws {NtlmError} ERR_NTLM_CONFIG for one that does not.
 */
export function checkAdapter(adapter: unknown): void {
  const first = chosenAdapter(adapter)
  if (first === undefined || first === 'http' || typeof first === 'function') return
  throw refused(
    `the adapter is ${first === 'fetch' || first === 'xhr' ? first : 'another one'}`,
    "Only the http adapter takes agents: leave adapter out, or set it to 'http'. For fetch there is @ntlmkit/undici.",
  )
}

/** The adapter that axios takes in Node, by name or as a function; undefined for its own choice. */
export function chosenAdapter(setting: unknown): unknown {
  const names = [setting].flat().filter((name) => name !== undefined && name !== null)
  return names.find((name) => name !== 'xhr' || names.length === 1)
}

/** The traits of this request that the agent cannot see. */
export function traitsOf({ data, ntlm, httpAgent, httpsAgent }: Config): ClientRequestTraits {
  const isAuthenticated = ntlm !== false
  return {
    hasBody: !(data === undefined || data === null || data === ''),
    replayable: isReplayable(data),
    authenticate: isAuthenticated,
    via: isAuthenticated ? { http: httpAgent, https: httpsAgent } : undefined,
  }
}

/** Bytes and forms can be sent a second time, streams cannot. */
function isReplayable(data: unknown): boolean {
  if (data === undefined || data === null || typeof data === 'string') return true
  if (types.isArrayBufferView(data) || types.isAnyArrayBuffer(data)) return true
  const tag = (data as { [Symbol.toStringTag]?: string })[Symbol.toStringTag] ?? ''
  return /^(?:FormData|Blob|File)$/.test(tag) && typeof (data as Partial<Readable>).pipe !== 'function'
}

/** Tells whether the user gave the request up, in one of the two ways that axios has for it. */
export function isCancelled({ cancelToken, signal }: Config): boolean {
  return Boolean(signal?.aborted || cancelToken?.reason)
}

function refused(what: string, hint: string): NtlmError {
  return new NtlmError('ERR_NTLM_CONFIG', `In the axios config ${what}, and NTLM cannot work that way.`, {
    hint,
  })
}
