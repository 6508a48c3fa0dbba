import type { Credential, NtlmError } from '@ntlmkit/core'
import type { Conversation } from './conversation.js'
import { firstLeg, headLeg, mayAskByHead } from './first-leg.js'
import { Handshake } from './handshake.js'
import type { OutgoingRequest } from './outgoing-request.js'
import type { Step } from './step.js'

/** The first step for a request on a connection that is free (docs/rules.md, The first leg). */
export function firstStep(conversation: Conversation, request: OutgoingRequest): Step {
  conversation.request = request
  conversation.leg = undefined
  conversation.forbidsRequest = undefined
  if (request.gaveUp) return conversation.sendPlainly()
  if (conversation.state === 'authenticated') return firstStepWhereAuthenticated(conversation, request)
  if (letsPassWithoutLeg(conversation, request)) return conversation.sendPlainly()
  return conversation.firstLegIsNothing ? conversation.sendPlainly() : { do: 'negotiate' }
}

function firstStepWhereAuthenticated(conversation: Conversation, request: OutgoingRequest): Step {
  const { memory, options } = conversation
  if (request.wasRefusedPlainly) return { do: 'negotiate' }
  if (memory.authenticatesEveryRequest) {
    if (!memory.isTimeToTryWithout()) return { do: 'negotiate' }
    if (request.replayable) return conversation.sendPlainly()
  }
  if (!memory.maySoAuthenticate || request.replayable) return conversation.sendPlainly()
  // What cannot come back is not what finds out: a HEAD without a token does, or the handshake is made anew.
  if (!mayAskByHead(request, memory, options)) return { do: 'negotiate' }
  return conversation.sendLeg('leg without a token', headLeg(options))
}

/** A connection that has let one page pass may let others: what has no body and can come back finds out itself. */
function letsPassWithoutLeg({ state }: Conversation, request: OutgoingRequest): boolean {
  const { hasBody, replayable, canCarry, wasRefusedPlainly } = request
  return state === 'plain' && !hasBody && replayable && !canCarry && !wasRefusedPlainly
}

/** The first leg, under this credential. */
export function negotiate(conversation: Conversation, credential: Credential): Step | Promise<Step> {
  const { memory, options, channel } = conversation
  const scheme = memory.scheme ?? options.schemes[0]
  conversation.handshake = new Handshake(scheme, credential, channel, options)
  const begun = conversation.handshake.begin()
  return begun instanceof Promise
    ? begun.then((token) => sendNegotiate(conversation, token))
    : sendNegotiate(conversation, begun)
}

function sendNegotiate(conversation: Conversation, authorization: string): Step {
  const { request, memory, options } = conversation
  const first = firstLeg(request, memory, options)
  switch (first.by) {
    case 'nothing':
      return conversation.sendPlainly()
    case 'request':
      return conversation.sendWithToken('request with NEGOTIATE', authorization)
    default:
      return conversation.sendLeg('leg with NEGOTIATE', { ...first.leg, authorization })
  }
}

/** The request gets no log-on, as its credential was rejected: what is known to need one fails unsent. */
export function goWithoutLogOn(conversation: Conversation, error: NtlmError): Step {
  const { request, memory } = conversation
  const { method, path, safe } = request
  const isKnownToAsk = memory.asks(method, path) || (safe && memory.asks('HEAD', path))
  const needsLogOn = request.wasRefusedPlainly || isKnownToAsk
  if (needsLogOn || (request.hasBody && !request.replayable)) return conversation.fail(error)
  request.gaveUp = error
  return conversation.sendPlainly()
}
