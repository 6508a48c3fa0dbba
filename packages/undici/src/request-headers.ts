import { belongsToLeg } from '@ntlmkit/core'
import type { Dispatcher } from 'undici'

type Headers = Dispatcher.DispatchOptions['headers']
type HeaderValue = string | string[] | undefined

/** Names and values in turn: the form undici takes without copying. */
export type FlatHeaders = (string | string[])[]

/** Names and values in turn, whichever form the client gave: undici takes arrays, records and iterables. */
export function flatten(headers: Headers): FlatHeaders {
  if (headers == null) return []
  if (Array.isArray(headers)) return headers
  const entries: Iterable<[string, HeaderValue]> = isIterable(headers) ? headers : Object.entries(headers)
  const flat: FlatHeaders = []
  for (const [name, value] of entries) {
    if (value !== undefined) flat.push(name, value)
  }
  return flat
}

function isIterable(headers: object): headers is Iterable<[string, HeaderValue]> {
  return Symbol.iterator in headers
}

/** Whether the client authenticates this request itself: then it is none of ours. */
export function hasAuthorization(headers: FlatHeaders): boolean {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]
    if (name.length === 13 && String(name).toLowerCase() === 'authorization') return true
  }
  return false
}

/** The request's headers as far as they belong to a leg, and the credentials, if the leg has some. */
export function legHeaders(
  headers: FlatHeaders,
  field: string,
  credentials: string | undefined,
): FlatHeaders {
  const kept: FlatHeaders = []
  for (let i = 0; i < headers.length; i += 2) {
    if (belongsToLeg(String(headers[i]))) kept.push(headers[i], headers[i + 1])
  }
  if (credentials !== undefined) kept.push(field, credentials)
  return kept
}
