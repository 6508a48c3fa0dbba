import type { RequestOptions } from 'node:https'
import { TLS_OPTIONS } from '@ntlmkit/transport'

/** Options of a connection with the TLS options that its request asked for itself, and none of its agent's. */
export function withOwnTlsOptions<T extends object>(options: T, asked: RequestOptions): T {
  const given = asked as Record<string, unknown>
  const connection = { ...options } as Record<string, unknown>
  for (const name of TLS_OPTIONS) {
    if (Object.hasOwn(given, name)) connection[name] = given[name]
    else delete connection[name]
  }
  return connection as T
}
