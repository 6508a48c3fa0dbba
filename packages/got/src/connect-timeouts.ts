import type { ClientRequest } from 'node:http'
import { isIP, type Socket } from 'node:net'
import type { ClientRequestTraits } from '@ntlmkit/agent'
import type { Options, RequestError } from 'got'

type Delays = Pick<Options['timeout'], 'lookup' | 'connect' | 'secureConnect'>
type Phase = keyof Delays

/** One of got's timeouts for a connection, which got itself sees only once it is made. */
export class ConnectTimeout extends Error {
  readonly code = 'ETIMEDOUT'
  readonly event: Phase

  constructor(event: Phase, delay: number) {
    super(`Timeout awaiting '${event}' for ${delay}ms`)
    this.event = event
  }
}

/** A watch over a connection that is opened for a request, if got's options limit that. */
export function connectTimeouts(delays: Delays): ClientRequestTraits['onConnecting'] {
  const { lookup, connect, secureConnect } = delays
  if (lookup === undefined && connect === undefined && secureConnect === undefined) return undefined
  return (request, socket) => watch(request, socket, delays)
}

function watch(request: ClientRequest, socket: Socket, { lookup, connect, secureConnect }: Delays): void {
  const timers = new Set<NodeJS.Timeout>()
  const until = (event: Phase, delay: number) => {
    const timer = setTimeout(() => request.destroy(new ConnectTimeout(event, delay)), delay)
    timers.add(timer)
    socket.once(event, () => clearTimeout(timer))
  }
  request.once('close', () => {
    for (const timer of timers) clearTimeout(timer)
  })
  const isAddress = isIP(request.host) !== 0
  if (lookup !== undefined && !isAddress) until('lookup', lookup)
  if (connect !== undefined && isAddress) until('connect', connect)
  if (connect !== undefined && !isAddress) socket.once('lookup', () => until('connect', connect))
  if (secureConnect !== undefined && request.protocol === 'https:') {
    socket.once('connect', () => until('secureConnect', secureConnect))
  }
}

/**
 * The error got makes of its own time-outs. Its class is asked for when it is needed: got is an ES module, and a static
 * import would keep this package from being required.
 */
export async function asGotTimeout(error: RequestError, cause: ConnectTimeout): Promise<RequestError> {
  const { request, timings } = error
  if (!request || !timings) return error
  try {
    const { TimeoutError } = await import('got')
    return new TimeoutError(cause as never, timings, request)
  } catch {
    // Where got was bundled there may be none to import, and Jest has no import() in CommonJS.
    return Object.assign(error, { name: 'TimeoutError', event: cause.event })
  }
}
