import { belongsToLeg, type Framing, type LegCookies } from '@ntlmkit/transport'
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

/** The value of a field, in lower case, that a request has at most once; undefined where it has none. */
export function fieldOf(headers: FlatHeaders, field: string): string | undefined {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]
    if (name.length === field.length && String(name).toLowerCase() === field) return String(headers[i + 1])
  }
  return undefined
}

/** The request's own headers, with the credentials and the cookies of its legs. */
export function requestHeaders(
  headers: FlatHeaders,
  field: string,
  credentials: string | undefined,
  cookies: LegCookies,
): FlatHeaders {
  const all = cookies.isEmpty ? [...headers] : withCookies(headers, cookies)
  if (credentials !== undefined) all.push(field, credentials)
  return all
}

/** The request's headers as far as they belong to a leg, as `http.request` takes them. */
export function legHeaders(
  headers: FlatHeaders,
  framing: Framing,
  origin: string,
  field: string,
  credentials: string | undefined,
  cookies: LegCookies,
): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {}
  const all = cookies.isEmpty ? headers : withCookies(headers, cookies)
  for (let i = 0; i < all.length; i += 2) {
    const name = String(all[i])
    if (belongsToLeg(name, framing)) kept[name] = name in kept ? [kept[name], all[i + 1]].flat() : all[i + 1]
  }
  if (fieldOf(headers, 'host') === undefined) kept.host = new URL(origin).host
  if (framing === 'empty body') kept['content-length'] = '0'
  if (credentials !== undefined) kept[field] = credentials
  return kept
}

function withCookies(headers: FlatHeaders, cookies: LegCookies): FlatHeaders {
  const others: FlatHeaders = []
  for (let i = 0; i < headers.length; i += 2) {
    if (String(headers[i]).toLowerCase() !== 'cookie') others.push(headers[i], headers[i + 1])
  }
  const sent = cookies.sentWith(fieldOf(headers, 'cookie'))
  return sent === undefined ? others : [...others, 'cookie', sent]
}
