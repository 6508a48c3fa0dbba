import type { Answer } from './answer.js'
import type { Conversation } from './conversation.js'
import * as failures from './failures.js'
import { requestWithNegotiateAnswered } from './request-answered.js'
import type { Step } from './step.js'

/** The step that follows when a NEGOTIATE was answered by a question: a token, our bare scheme, or others. */
export function challenged(conversation: Conversation, answer: Answer): Step {
  const { handshake, memory, request } = conversation
  const ours = answer.offer(handshake.scheme)
  if (ours?.token !== undefined) return answerChallenge(conversation, ours.token, answer)
  if (ours === undefined) return otherSchemesOffered(conversation, answer)

  conversation.learnAsks(handshake.scheme)
  if (conversation.state === 'authenticated' && request.wasRefusedPlainly) {
    return conversation.sendAsAuthenticated(answer)
  }
  if (request.mayAskAgain()) return conversation.negotiateAgain(answer)
  return conversation.fail(failures.neverChallenged(memory.origin, handshake.schemeName))
}

function answerChallenge(conversation: Conversation, token: string, answer: Answer): Step {
  conversation.learnAsks(conversation.handshake.scheme)
  if (conversation.isByHead) conversation.memory.learnHeadIsOfUse()
  conversation.request.challenged()
  conversation.challenge = token
  conversation.state = 'challenged'
  return answer.closes ? conversation.reconnect() : { do: 'authenticate' }
}

/** The server does not know the scheme we began with: take one it offers, look elsewhere, or go without. */
function otherSchemesOffered(conversation: Conversation, answer: Answer): Step {
  const { request, memory, options } = conversation
  const other = answer.bestOf(options.schemes)
  if (other !== undefined && request.mayNegotiateAgain) {
    conversation.learnAsks(other)
    return conversation.negotiateAgain(answer)
  }
  memory.forgetScheme()
  if (conversation.awaited === 'request with NEGOTIATE') {
    return requestWithNegotiateAnswered(conversation, answer)
  }
  return lookFurther(conversation, answer)
}

/** The step that follows when a leg with a NEGOTIATE was answered with something else than a question. */
export function legAnswered(conversation: Conversation, answer: Answer): Step {
  const { request, memory } = conversation
  if (conversation.state === 'fresh') conversation.state = 'plain'
  if (answer.passes && !conversation.isElsewhere) {
    request.renewTokens()
    // What this very method and path was refused with counts for more than that a HEAD is let pass.
    const isKnownToAsk = conversation.isByHead && memory.hasRefused(request.likeness)
    if (!request.wasRefusedPlainly && !isKnownToAsk) return goPlainly(conversation, answer)
    if (!conversation.isByHead) return contradicted(conversation, answer)
  }
  const saysNoToHead = answer.status === 405 || answer.status === 501
  if (conversation.isHead && saysNoToHead) memory.learnHeadIsNoUse()
  return lookFurther(conversation, answer)
}

/** The request was refused plainly, and its own method passes when it carries a token. */
function contradicted(conversation: Conversation, answer: Answer): Step {
  if (conversation.state === 'authenticated') return conversation.sendAsAuthenticated(answer)
  const { memory, handshake } = conversation
  return conversation.fail(failures.notChallenged(memory.origin, handshake.schemeName, answer.status))
}

/** The leg said nothing: the next way to begin, or none. */
function lookFurther(conversation: Conversation, answer: Answer): Step {
  const { request } = conversation
  noteThatLegSaidNothing(conversation)
  const offersNothing = conversation.isHead && answer.bestOf(conversation.options.schemes) === undefined
  // A server that has no use for a leg gets what follows anew; one that refuses each of them gets no more than before.
  if (!answer.asks || offersNothing) request.renewTokens()
  // What a safe method says of itself, it says of the request.
  if (!request.safe || conversation.isByHead || conversation.isElsewhere) {
    return conversation.beginAgainAfter(answer)
  }
  return goPlainly(conversation, answer)
}

function goPlainly(conversation: Conversation, answer: Answer): Step {
  conversation.request.goesPlainly = true
  return conversation.sendPlainlyAfter(answer)
}

function noteThatLegSaidNothing(conversation: Conversation): void {
  const { saidNothing } = conversation.request
  // A HEAD elsewhere is followed by a GET there; the leg of a client's HEAD is both.
  if (conversation.isHead) saidNothing.head = true
  else if (conversation.isElsewhere) saidNothing.elsewhere = true
  if (!conversation.isByHead && !conversation.isElsewhere) saidNothing.ownLeg = true
}

/** The step that follows when no answer came to a leg in its time, or none that is HTTP: another connection, or way. */
export function legUnanswered(conversation: Conversation, cause?: unknown): Step {
  if (conversation.isHead) conversation.memory.learnHeadIsNoUse()
  if (conversation.awaited === 'leg with AUTHENTICATE') conversation.logOn?.unclear()
  else noteThatLegSaidNothing(conversation)
  return conversation.reconnect(cause)
}

/** The step that follows when a leg was lost: a HEAD may be why, and is not sent again for this request. */
export function negotiateLost(conversation: Conversation, cause: unknown, sent: boolean): Step {
  const { request } = conversation
  if (sent && conversation.isHead) {
    request.headWasLost = true
    if (conversation.isByHead || conversation.isElsewhere) request.saidNothing.head = true
  }
  return conversation.reconnect(cause)
}

/** The step that follows when a HEAD without a token told if an authenticated connection is still taken for one. */
export function legWithoutTokenAnswered(conversation: Conversation, answer: Answer): Step {
  if (answer.asks) {
    conversation.request.wasForgottenAtOnce = true
    return conversation.negotiateAgain(answer)
  }
  conversation.memory.learnPersists()
  return conversation.sendPlainlyAfter(answer)
}
