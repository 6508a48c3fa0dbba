import { textOf } from '../conversation.js'
import { nearestOrigin } from '../nearest-origin.js'
import type { LeftAlone } from '../observation.js'
import { shown } from '../shown.js'
import { found, type Rule } from './found.js'

export const originNotListed: Rule = ({ observation: { client, origin } }) => {
  if (client?.leftAlone !== 'origin-not-listed') return undefined
  const asked = shown(origin)
  const near = nearestOrigin(origin, client.origins ?? [])
  const evidence =
    near === undefined
      ? `${asked} asks for a log-on and is not in the origins option.`
      : `${asked} asks for a log-on and is not in the origins option; ${shown(near.listed)} is, which differs in ${near.differs}.`
  return found(
    'origin-not-listed',
    'certain',
    evidence,
    `Add '${asked}' to the origins option, if it may get the credentials.`,
  )
}

export const ownAuthorization: Rule = ({ observation: { client }, steps }) => {
  const last = steps.at(-1)
  const scheme = last?.scheme
  const name = scheme === undefined ? '' : ` (${shown(scheme)})`
  if (client?.leftAlone === 'own-authorization') {
    return found(
      'own-authorization',
      'certain',
      `The request has an Authorization of its own${name}, and was left alone.`,
    )
  }
  const isOther = last?.sent === 'other' && scheme !== 'ntlm' && scheme !== 'negotiate'
  const isOffered = last?.offers.some((offer) => offer.scheme === 'ntlm' || offer.scheme === 'negotiate')
  if (
    !isOther ||
    !isOffered ||
    last?.exchange.status !== 401 ||
    !textOf(last.exchange.request.authorization)
  ) {
    return undefined
  }
  return found(
    'own-authorization',
    'likely',
    `The request had an Authorization${name}, and the server offers NTLM or Negotiate.`,
  )
}

const BYPASSES: Partial<Record<LeftAlone, { readonly evidence: string; readonly nextStep: string }>> = {
  'switched-off': {
    evidence: 'The request was sent with ntlm: false.',
    nextStep: 'Take ntlm: false off the request.',
  },
  'proxy-option': {
    evidence: "The client's own proxy option took the request away from the agents that log on.",
    nextStep: 'Give the proxy to this package (its proxy option), and proxy: false to the client.',
  },
  bypassed: {
    evidence: 'The agents that log on were given to the client, and it did not ask them for a connection.',
    nextStep:
      'See what stands in for node:http here: msw, nock and recorders of requests do; let this origin through.',
  },
  'dns-interceptor': {
    evidence: 'A dns interceptor put an address in the place of the name before the request came here.',
    nextStep: 'Compose the dns interceptor below this dispatcher, or look names up in connect: { lookup }.',
  },
}

export const clientBypassed: Rule = ({ observation: { client } }) => {
  const bypass = client?.leftAlone === undefined ? undefined : BYPASSES[client.leftAlone]
  return bypass && found('client-bypassed', 'certain', bypass.evidence, bypass.nextStep)
}

export const runtimeIgnoresDispatcher: Rule = ({ observation: { client } }) => {
  if (client?.leftAlone !== 'runtime') return undefined
  return found(
    'runtime-ignores-dispatcher',
    'certain',
    `The fetch of ${shown(client.runtime ?? 'this run-time')} takes no dispatcher.`,
  )
}

export const bodyGoesOnce: Rule = ({ observation: { failure, origin } }) => {
  if (failure?.code !== 'ERR_NTLM_BODY_NOT_REPLAYABLE') return undefined
  return found(
    'body-goes-once',
    'certain',
    `${shown(origin)} asked after the request had gone, which goes once only.`,
  )
}
