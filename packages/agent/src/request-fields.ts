import type { ClientRequest, RequestOptions } from 'node:http'
import { belongsToLeg, type Framing } from '@ntlmkit/transport'

/** Names and values in turn: a request's fields as they will be written. */
export type Fields = [name: string, value: string | string[]][]

/** The request's fields. Given as a list they are already a string inside the request, out of its `getHeader`'s reach. */
export function fieldsOf(request: ClientRequest, { headers }: RequestOptions): Fields {
  if (!Array.isArray(headers)) {
    return request.getRawHeaderNames().map((name) => [name, fieldValue(request.getHeader(name))])
  }
  const list: readonly unknown[] = headers
  if (Array.isArray(list[0])) {
    return (list as readonly unknown[][]).map(([name, value]) => [String(name), fieldValue(value)])
  }
  return Array.from({ length: list.length >> 1 }, (_, i) => [
    String(list[2 * i]),
    fieldValue(list[2 * i + 1]),
  ])
}

function fieldValue(value: unknown): string | string[] {
  return Array.isArray(value) ? value.map(String) : String(value)
}

/** Tells whether the request has a field of this name, in lower case. */
export function hasField(request: ClientRequest, options: RequestOptions, field: string): boolean {
  if (!Array.isArray(options.headers)) return request.hasHeader(field)
  return fieldsOf(request, options).some(([name]) => name.toLowerCase() === field)
}

/** Tells whether a request will have a body, as far as its head says before it is written. */
export function announcesBody(request: ClientRequest, options: RequestOptions): boolean {
  const { method } = request
  if (method === 'GET' || method === 'HEAD') return false
  const fields = fieldsOf(request, options)
  const length = fields.find(([name]) => name.toLowerCase() === 'content-length')
  if (length !== undefined) return Number(length[1]) > 0
  if (fields.some(([name]) => name.toLowerCase() === 'transfer-encoding')) return true
  return !/^(?:DELETE|OPTIONS|TRACE)$/.test(method)
}

/** The value of a field of this name, in lower case; the first, where there are several. */
export function fieldOf(request: ClientRequest, options: RequestOptions, field: string): string | undefined {
  const found = fieldsOf(request, options).find(([name]) => name.toLowerCase() === field)?.[1]
  return Array.isArray(found) ? found.join('; ') : found
}

/** The fields of a leg of this request, as `http.request` takes them, with these in the place of its own. */
export function legFields(
  fields: Fields,
  framing: Framing,
  put: Readonly<Record<string, string | undefined>>,
): Record<string, string | string[]> {
  const replaced = new Set(Object.keys(put).filter((name) => put[name] !== undefined))
  const names = new Set([...replaced].map((name) => name.toLowerCase()))
  const kept: Record<string, string | string[]> = {}
  for (const [field, value] of fields) {
    if (!belongsToLeg(field, framing) || names.has(field.toLowerCase())) continue
    kept[field] = field in kept ? [kept[field], value].flat() : value
  }
  for (const name of replaced) kept[name] = put[name]!
  return kept
}
