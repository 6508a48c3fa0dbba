import type { ResolvedNtlmOptions } from './options.js'
import type { OriginMemory } from './origin-memory.js'
import type { OutgoingRequest } from './outgoing-request.js'
import type { Leg } from './step.js'

/** How the handshake on a connection begins, each with what it costs: nothing, one leg, or a handshake of its own. */
export type FirstLeg =
  /** The request goes without a token; a 401 to it is answered then. */
  | { by: 'nothing' }
  /** The request carries the NEGOTIATE itself, and its answer is taken back where that is a CHALLENGE. */
  | { by: 'request' }
  | { by: 'HEAD'; leg: Leg }
  /** The request's own method, without its body. */
  | { by: 'own method'; leg: Leg }
  /** The connection is authenticated, completely, at another path of the origin. */
  | { by: 'elsewhere'; leg: Leg }

const NOTHING: FirstLeg = { by: 'nothing' }
const REQUEST: FirstLeg = { by: 'request' }
/** Milliseconds, at most, that a HEAD may be without an answer: some servers never give one. */
const MAX_HEAD_PATIENCE = 5000

/**
 * The first leg of a request on a connection that is not authenticated (docs/rules.md, The first leg): the first line
 * that holds, from top to bottom.
 */
export function firstLeg(
  request: OutgoingRequest,
  memory: OriginMemory,
  options: ResolvedNtlmOptions,
): FirstLeg {
  if (request.goesPlainly) return NOTHING
  if (isKnownToPass(request, memory)) return NOTHING
  const legOnly = request.upgrade || (request.canCarry && request.method === 'HEAD')
  if (legOnly && request.saidNothing.ownLeg) return lastResort(request, memory, options)
  if (request.upgrade) return { by: 'own method', leg: { method: 'GET', framing: 'no body' } }
  if (request.canCarry && !request.hasBody) return carried(request, memory)

  if (options.firstLeg.path !== undefined && !request.saidNothing.elsewhere) {
    return { by: 'elsewhere', leg: legElsewhere(options.firstLeg.path, request, memory, options) }
  }
  if (request.wasRefusedPlainly && !request.saidNothing.ownLeg) return ownMethod(request)
  if (mayAskByHead(request, memory, options)) {
    return { by: 'HEAD', leg: headLeg(options) }
  }
  if (request.saidNothing.ownLeg) return lastResort(request, memory, options)
  if (request.safe || memory.hasRefused(request.likeness)) return ownMethod(request)
  if (request.replayable && !request.wasRefusedPlainly) return NOTHING
  return lastResort(request, memory, options)
}

/** A body that goes once is never risked on what was seen before: nothing but a leg on this connection is certain. */
function isKnownToPass(request: OutgoingRequest, memory: OriginMemory): boolean {
  const goesOnce = request.hasBody && !request.replayable
  return !goesOnce && !request.wasRefusedPlainly && memory.passes(request.method, request.path)
}

/** A HEAD has a leg like any other: undici closes the connection behind most answers to one. */
function carried(request: OutgoingRequest, memory: OriginMemory): FirstLeg {
  if (request.method === 'HEAD') return { by: 'own method', leg: { method: 'HEAD', framing: 'no body' } }
  if (request.wasRefusedPlainly) return REQUEST
  if (memory.dislikesTokens) return NOTHING
  return request.safe || memory.scheme !== undefined ? REQUEST : NOTHING
}

/** Tells whether a HEAD may still say something of this request. */
export function mayAskByHead(
  request: OutgoingRequest,
  memory: OriginMemory,
  options: ResolvedNtlmOptions,
): boolean {
  return options.firstLeg.head && !request.saidNothing.head && !memory.headIsNoUse
}

/** Without its body a method that acts may only go where it was refused shortly before: rule 1. */
function ownMethod({ method, safe, hasBody }: OutgoingRequest): FirstLeg {
  const framing = safe && !hasBody ? 'no body' : 'empty body'
  return { by: 'own method', leg: { method, framing } }
}

function lastResort(request: OutgoingRequest, memory: OriginMemory, options: ResolvedNtlmOptions): FirstLeg {
  if (request.saidNothing.elsewhere) return NOTHING
  const path = options.firstLeg.path ?? memory.askingPath ?? '/'
  return { by: 'elsewhere', leg: legElsewhere(path, request, memory, options) }
}

/** A leg to another path than the request's own: a HEAD where that is of use, else a GET. */
function legElsewhere(
  path: string,
  { saidNothing }: OutgoingRequest,
  memory: OriginMemory,
  options: ResolvedNtlmOptions,
): Leg {
  const byHead = options.firstLeg.head && !memory.headIsNoUse && !saidNothing.head
  return byHead ? { ...headLeg(options), path } : { method: 'GET', path, framing: 'no body' }
}

/** A HEAD, which some servers never answer. */
export function headLeg({ handshakeTimeout }: ResolvedNtlmOptions): Leg {
  return { method: 'HEAD', framing: 'no body', patience: Math.min(handshakeTimeout / 3, MAX_HEAD_PATIENCE) }
}
