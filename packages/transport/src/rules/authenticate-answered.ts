import type { Answer } from './answer.js'
import type { Conversation } from './conversation.js'
import * as failures from './failures.js'
import { type FirstLeg, firstLeg, headLeg } from './first-leg.js'
import type { Leg, Step } from './step.js'

/** The AUTHENTICATE that answers the CHALLENGE: on the request itself, or on a leg that proves it may. */
export function authenticate(conversation: Conversation): Step | Promise<Step> {
  const continued = conversation.handshake.continue(conversation.challenge)
  return continued instanceof Promise
    ? continued.then((authorization) => sendAuthenticate(conversation, authorization))
    : sendAuthenticate(conversation, continued)
}

function sendAuthenticate(conversation: Conversation, authorization: string | undefined): Step {
  const path = pathToAuthenticateAt(conversation)
  if (path === undefined) return conversation.sendWithToken('request with AUTHENTICATE', authorization)
  return conversation.sendLeg('leg with AUTHENTICATE', { ...legTo(path, conversation), authorization })
}

/** Another path than the request's: where a doubted credential was accepted, or where the NEGOTIATE went. */
function pathToAuthenticateAt({ request, logOn, leg }: Conversation): string | undefined {
  // One proof an exchange: where it shows nothing, the request itself does.
  const proofPath = request.hasSentProof ? undefined : logOn!.standing.proofPath
  return proofPath ?? leg?.path
}

/** By HEAD only where that is known to be answered: silence would seem to be a no to the credential. */
function legTo(path: string, { leg, memory, options }: Conversation): Leg {
  if (leg?.path === path) return leg
  const byHead = options.firstLeg.head && memory.headIsOfUse
  return byHead ? { ...headLeg(options), path } : { method: 'GET', path, framing: 'no body' }
}

/** What follows when the request itself carried the AUTHENTICATE. */
export function requestWithAuthenticateAnswered(conversation: Conversation, answer: Answer): Step {
  const token = finalToken(conversation, answer)
  if (answer.asks) return oneMoreLeg(conversation, token, answer) ?? rejected(conversation)
  const failed = token === undefined ? undefined : verify(conversation, token)
  if (failed) return failed
  accepted(conversation, answer, token !== undefined)
  return { do: 'deliver', reusable: !answer.closes }
}

/** What follows when the AUTHENTICATE went on a leg: the request, mostly without a token. */
export function legWithAuthenticateAnswered(conversation: Conversation, answer: Answer): Step {
  if (answer.asks) return rejectedOnLeg(conversation)
  const token = finalToken(conversation, answer)
  const failed = token === undefined ? undefined : verify(conversation, token)
  if (failed) return failed
  const { request, memory } = conversation
  request.wasForgottenAtOnce = false
  request.hasSentProof = true
  accepted(conversation, answer, token !== undefined)
  if (answer.closes) return conversation.reconnect()
  const isProof = answer.proves || token !== undefined
  if (!isProof && nextLeg(conversation) === 'elsewhere') request.saidNothing.elsewhere = true
  const needsToken = memory.authenticatesEveryRequest || !isProof
  if (needsToken && mayCarryTokenItself(conversation)) return { do: 'negotiate' }
  return isProof ? conversation.sendAsAuthenticated(answer) : conversation.sendPlainly()
}

/** Whether a handshake for the request would end with its own AUTHENTICATE, and not with one elsewhere. */
function mayCarryTokenItself(conversation: Conversation): boolean {
  const next = nextLeg(conversation)
  return next !== 'nothing' && next !== 'elsewhere'
}

function nextLeg({ request, memory, options }: Conversation): FirstLeg['by'] {
  return firstLeg(request, memory, options).by
}

/** The token with which the server goes on, or ends the negotiation. */
function finalToken({ handshake }: Conversation, answer: Answer): string | undefined {
  return handshake.complete ? undefined : answer.offer(handshake.scheme)?.token
}

/** What the server ends a negotiation with is verified, and an answer without a verified end is not delivered. */
function verify(conversation: Conversation, token: string): Step | undefined {
  try {
    conversation.handshake.continue(token)
    return undefined
  } catch (error) {
    conversation.logOn?.unclear()
    return conversation.fail(error)
  }
}

/** A 401 that goes on with the negotiation; undefined for one that ends it. */
function oneMoreLeg(conversation: Conversation, token: string | undefined, answer: Answer): Step | undefined {
  if (token === undefined || answer.closes || !conversation.request.mayGoOnNegotiating) return undefined
  const authorization = continued(conversation, token)
  if (authorization === undefined) return undefined
  return conversation.sendWithToken('request with AUTHENTICATE', authorization)
}

function continued({ handshake }: Conversation, token: string): string | undefined {
  try {
    const authorization = handshake.continue(token)
    return authorization instanceof Promise ? undefined : authorization
  } catch {
    return undefined
  }
}

function accepted(conversation: Conversation, answer: Answer, isVerified: boolean): void {
  const { request, memory, logOn } = conversation
  conversation.authenticated()
  request.renewTokens()
  if (answer.authenticatesOnce) memory.learnAuthenticatesEveryRequest()
  else if (request.wasForgottenAtOnce) memory.learnForgotten()
  request.wasForgottenAtOnce = false
  if (answer.proves || isVerified) logOn?.proven(pathOfProof(conversation))
  else logOn?.unclear()
}

/** Where a leg may show later that the credential is still good: a path that asks whatever the method is. */
export function pathOfProof({ leg, request, memory }: Conversation): string | undefined {
  if (leg?.path !== undefined) return leg.path
  const { path, safe } = request
  return safe || memory.asks('HEAD', path) || memory.asks('GET', path) ? path : undefined
}

function rejected(conversation: Conversation): Step {
  const { handshake, logOn } = conversation
  conversation.state = 'rejected'
  conversation.learnAsks(handshake.scheme)
  const rejection = conversation.rejection()
  const isRejected = logOn?.refused(rejection) ?? true
  return conversation.deliverRefusal(isRejected ? rejection : conversation.forbidden(), false)
}

/** Where the credential was accepted before it is refused now: it is the credential that is bad. */
function rejectedOnLeg(conversation: Conversation): Step {
  const rejection = conversation.rejection()
  conversation.logOn?.refused(rejection)
  return conversation.fail(rejection)
}

/** What follows when the connection closed on an AUTHENTICATE: a few servers say no in this way. */
export function authenticateLost(
  conversation: Conversation,
  cause: unknown,
  mayGoAgain: boolean,
  sent: boolean,
): Step {
  const { memory, logOn } = conversation
  const error = failures.connectionClosed(memory.origin, 'authenticate', cause)
  if (!sent) logOn?.leave()
  else if (logOn?.lost(error)) return conversation.fail(error)
  return mayGoAgain ? conversation.reconnect(cause) : conversation.fail(error)
}
