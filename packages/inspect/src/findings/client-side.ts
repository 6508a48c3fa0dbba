import type { FindingId } from '@ntlmkit/core'
import { textOf } from '../conversation.js'
import { leftAloneFindings } from '../left-alone.js'
import { schemeForPeople } from '../named-scheme.js'
import { shown } from '../shown.js'
import { found, type Rule } from './found.js'

/** The rule of an id for requests that went without our taking part. */
const leftAloneAs =
  (id: FindingId): Rule =>
  ({ observation }) =>
    leftAloneFindings(observation).find((finding) => finding.id === id)

export const originNotListed = leftAloneAs('origin-not-listed')
export const clientBypassed = leftAloneAs('client-bypassed')
export const runtimeIgnoresDispatcher = leftAloneAs('runtime-ignores-dispatcher')

export const ownAuthorization: Rule = (seen) => {
  const { client } = seen.observation
  if (client?.leftAlone !== undefined) return leftAloneAs('own-authorization')(seen)
  const last = seen.steps.at(-1)
  const isOffered = last?.offers.some(({ scheme }) => scheme === 'ntlm' || scheme === 'negotiate')
  if (last?.sent !== 'other' || !isOffered || last.exchange.status !== 401) return undefined
  const credentials = textOf(last.exchange.request.authorization)
  if (!credentials) return undefined
  return found(
    'own-authorization',
    'likely',
    `The request had an Authorization of its own (${schemeForPeople(credentials)}), and the server offers NTLM or Negotiate.`,
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
