import type { RequestAgents } from '@ntlmkit/agent'
import type { NtlmError } from '@ntlmkit/core'
import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios'
import type { OwnAxios } from './own-axios.js'

/** What axios keeps of node:http in a response. */
interface NodeRequest {
  readonly res?: { readonly responseUrl?: unknown }
}

/** Why an answer is a refusal, if it asks for credentials and nobody gave any; told where the agents never saw the request. */
export function refusalOf(
  response: AxiosResponse,
  config: InternalAxiosRequestConfig,
  through: RequestAgents,
  own: OwnAxios,
): NtlmError | undefined {
  const { status } = response
  if (status !== 401 && status !== 407) return undefined
  const { responseUrl } = (response.request as NodeRequest | undefined)?.res ?? {}
  const url = typeof responseUrl === 'string' ? responseUrl : own.urlOf(config)
  return through.refusalOf(url, { status, headers: fieldsOf(response.headers) })
}

/** The fields in lower case: an adapter that answers by itself may write them in any. */
function fieldsOf(headers: unknown): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = Object.create(null)
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (typeof value === 'string') fields[name.toLowerCase()] = value
    else if (Array.isArray(value)) fields[name.toLowerCase()] = value.map(String)
  }
  return fields
}
