import { isIP } from 'node:net'
import type { LeftAloneRequest, OriginPolicy, RefusedAnswer } from '@ntlmkit/transport'
import type { Dispatcher } from 'undici'
import { type FlatHeaders, fieldOf } from './request-headers.js'

/** Has, in the options of a request that is passed on, the mark of that. */
const PASSED = Symbol('ntlmkit: passed request')

/** A request that an agent has passed on: to another agent, perhaps, or back to itself behind interceptors. */
export interface PassedRequest {
  /** The agent that passed it on last. */
  readonly by: object
  /** The same for all that pass it on: whether one took part, which then says itself what comes of it. */
  readonly outcome: { isTaken: boolean }
}

type Options = Dispatcher.DispatchOptions & { [PASSED]?: PassedRequest }

/** The mark of a request that has been passed on before. */
export function passedRequest(options: Dispatcher.DispatchOptions): PassedRequest | undefined {
  return (options as Options)[PASSED]
}

/** The options with which a request is passed on. */
export function passedOn(
  options: Dispatcher.DispatchOptions,
  mark: PassedRequest,
): Dispatcher.DispatchOptions {
  return { ...options, [PASSED]: mark } as Options
}

/** Why a request to an origin that is not ours is left alone, as it will be told if its answer asks. */
export function whyPassed(
  origin: string,
  headers: FlatHeaders,
  mayAuthenticate: OriginPolicy,
): Pick<LeftAloneRequest, 'why' | 'authorization'> {
  const authorization = fieldOf(headers, 'authorization')
  if (authorization !== undefined) return { why: 'own-authorization', authorization }
  const named = originNamedByHost(origin, headers)
  // A function of the user's is not asked once more than there are requests.
  const isNameLost = named !== undefined && mayAuthenticate.patterns !== undefined && mayAuthenticate(named)
  return { why: isNameLost ? 'dns-interceptor' : 'origin-not-listed' }
}

/** The origin that the Host field of a request to an address names: an interceptor may have looked that up. */
function originNamedByHost(origin: string, headers: FlatHeaders): string | undefined {
  const { protocol, hostname, port } = new URL(origin)
  const host = fieldOf(headers, 'host')
  if (host === undefined || isIP(hostname.replace(/^\[|\]$/g, '')) === 0) return undefined
  const named = `${protocol}//${host}`
  if (!URL.canParse(named)) return undefined
  const url = new URL(named)
  return url.port === port && url.hostname !== hostname ? url.origin : undefined
}

/** The error that the client gets in the place of an answer, if it gets one. */
export function errorInItsPlace(refused: RefusedAnswer | undefined): Error | undefined {
  return refused?.fails ? refused.error : undefined
}
