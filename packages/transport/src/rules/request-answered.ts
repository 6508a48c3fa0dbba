import type { Answer } from './answer.js'
import { pathOfProof } from './authenticate-answered.js'
import type { Conversation } from './conversation.js'
import * as failures from './failures.js'
import type { Step } from './step.js'

/** The step that follows when the request went as the client made it. */
export function plainRequestAnswered(conversation: Conversation, answer: Answer): Step {
  if (!answer.asks) return served(conversation, answer)

  const { request, options } = conversation
  const isAuthenticated = conversation.state === 'authenticated'
  const scheme = answer.bestOf(options.schemes)
  // Where nothing of ours is offered, that is why: the credential was accepted, and is not asked for.
  const forbids = scheme === undefined ? undefined : conversation.forbidsRequest
  const final = request.gaveUp ?? forbids
  if (scheme !== undefined) conversation.learnAsks(scheme)
  if (final) return conversation.deliverRefusal(final, !isAuthenticated)
  if (scheme === undefined) {
    // It asks for nothing that we can give: a token up front would only be refused once more.
    conversation.memory.learnPasses(request.method, request.path)
    return conversation.deliverRefusal(conversation.notOffered(answer), !isAuthenticated)
  }
  request.wasForgottenAtOnce = isAuthenticated && conversation.served === 0
  if (request.wasRefusedPlainly && request.saidNothing.elsewhere) return refusedForGood(conversation, answer)
  if (!request.replayable) return refusedForGood(conversation, answer)
  // It has refused every token, under whichever scheme it offered: one more would be refused as well.
  if (!request.mayNegotiateAgain) return refusedForGood(conversation, answer)
  request.wasRefusedPlainly = true
  request.goesPlainly = false
  return conversation.negotiateAgain(answer)
}

function served(conversation: Conversation, answer: Answer): Step {
  const { request, memory, logOn } = conversation
  const { method, path, dislikedWith } = request
  if (conversation.state === 'authenticated') {
    memory.learnPersists()
    conversation.served++
    const isKnownToAsk = memory.asks(method, path) || (request.safe && memory.asks('HEAD', path))
    if (answer.proves && isKnownToAsk) logOn?.proven(pathOfProof(conversation))
    return { do: 'deliver', reusable: !answer.closes }
  }
  if (conversation.state === 'fresh') conversation.state = 'plain'
  if (answer.passes) memory.learnPasses(method, path)
  if (dislikedWith !== undefined && dislikedWith !== answer.status) memory.learnDislikesTokens()
  return { do: 'deliver', reusable: !answer.closes }
}

/** The step that follows when the request carried the NEGOTIATE: it has its answer, or one to its token. */
export function requestWithNegotiateAnswered(conversation: Conversation, answer: Answer): Step {
  const { request, memory } = conversation
  if (conversation.state === 'fresh') conversation.state = 'plain'
  const neverAsked = memory.scheme === undefined && !request.wasRefusedPlainly
  if (neverAsked && (answer.asks || answer.mayDislikeToken)) {
    request.dislikedWith = answer.status
    request.goesPlainly = true
    return conversation.sendPlainlyAfter(answer)
  }
  if (answer.asks) return conversation.deliverRefusal(conversation.notOffered(answer), !answer.closes)
  if (request.wasRefusedPlainly && conversation.state === 'authenticated') conversation.served++
  else if (answer.passes) memory.learnPasses(request.method, request.path)
  return { do: 'deliver', reusable: !answer.closes }
}

/** Notes what the next request must know, as this one cannot come back to find it out. */
function refusedForGood(conversation: Conversation, answer: Answer): Step {
  const { request, memory, options } = conversation
  if (request.wasForgottenAtOnce) memory.learnForgotten()
  if (request.replayable) {
    const scheme = answer.bestOf(options.schemes)!
    const error = failures.notChallenged(memory.origin, scheme, answer.status)
    return conversation.deliverRefusal(error, false)
  }
  return conversation.deliverRefusal(failures.bodyNotReplayable(memory.origin, request.hasBody), false)
}

/** The step that follows when the connection was lost under the request without a token, before any answer. */
export function plainRequestLost(conversation: Conversation, cause: unknown, sent: boolean): Step {
  if (!sent) return conversation.reconnect(cause)
  const mayRepeat = conversation.request.mayRepeat(sent, conversation.used)
  return mayRepeat ? { do: 'reconnect' } : conversation.fail(cause)
}

/** The same of the request with a NEGOTIATE. A safe one asks for nothing to be done, however often it comes. */
export function requestWithNegotiateLost(conversation: Conversation, cause: unknown, sent: boolean): Step {
  const { request, used } = conversation
  const mayGoAgain = request.safe || request.mayRepeat(sent, used)
  return mayGoAgain ? conversation.reconnect(cause) : conversation.fail(cause)
}
