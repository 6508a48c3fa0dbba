import { isIP } from 'node:net'
import type { Dispatcher } from 'undici'
import type { Destination } from './connecting.js'
import { type FlatHeaders, fieldOf } from './request-headers.js'

/** Where a request goes: the origin that was asked for, and where its connections lead. */
export interface AskedOrigin {
  readonly origin: string
  readonly destination: Destination
}

/**
 * The origin that a client asked for. A `dns` interceptor, as undici's, puts an address in its place, keeps the name for
 * TLS as `servername`, and the host as the Host field: the two must agree, and the origin be an address, for the name to
 * count. Nobody else gets to name another origin than the one that is connected to.
 */
export function askedOrigin(
  address: string,
  options: Dispatcher.DispatchOptions,
  headers: FlatHeaders,
): AskedOrigin {
  const direct = { origin: address, destination: { address } }
  const { servername } = options as { servername?: unknown }
  if (typeof servername !== 'string') return direct
  const { protocol, hostname, port } = new URL(address)
  if (isIP(hostname.replace(/^\[|\]$/g, '')) === 0) return direct
  const host = fieldOf(headers, 'host')
  const named = host === undefined ? '' : `${protocol}//${host}`
  if (!URL.canParse(named)) return direct
  const { hostname: name, port: namedPort } = new URL(named)
  if (name !== servername || namedPort !== port) return direct
  return { origin: new URL(named).origin, destination: { address, servername } }
}
