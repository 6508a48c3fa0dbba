import type { Conversation } from '../conversation.js'
import { saysAccepted } from '../conversation.js'
import { shown } from '../shown.js'
import { accountOf, askerOf, found, type Rule } from './found.js'

const isAnonymous = ({ refused, accepted }: Conversation) => {
  const message = (refused ?? accepted)?.message
  return message !== undefined && (message.response === 'anonymous' || message.user === '')
}

export const wrongCredentials: Rule = (seen) => {
  const { refused, accepted, observation } = seen
  if (isAnonymous(seen)) return undefined
  if (accepted?.exchange.status === 401 && accepted.spnego?.state !== 'completed') {
    const evidence = `The AUTHENTICATE of ${accountOf(seen)} was answered with 401: that Persistent-Auth calls it accepted is only said.`
    return found('wrong-credentials', 'possible', evidence)
  }
  if (refused === undefined) return undefined
  const { status } = refused.exchange
  const asker = askerOf(seen, status)
  const answer = `${asker} answered the AUTHENTICATE of ${accountOf(seen)} with ${status}`
  const { response } = observation.verified ?? {}
  if (response === true) return undefined
  if (response === false) {
    const evidence = `${answer}, and its response was made of another password, name or domain than those it was checked with.`
    return found('wrong-credentials', 'certain', evidence, OTHER_PASSWORD)
  }
  if (observation.client?.emptyPassword) {
    return found('wrong-credentials', 'likely', `The password is empty. ${answer}.`, EMPTY_PASSWORD)
  }
  if (observation.acceptedBefore) {
    return found(
      'wrong-credentials',
      'possible',
      `${answer}, and took it earlier: the password may have changed.`,
    )
  }
  const alike = 'a wrong password and a disabled, locked, expired or restricted account look alike'
  return found('wrong-credentials', 'likely', `${answer}: ${alike}.`)
}

const OTHER_PASSWORD =
  'Look which password, name and domain the client was really given: an old one that is stored, a variable, an encoding.'

const EMPTY_PASSWORD =
  'The password is empty: look whether the variable or the file that it comes from is set. An account that really has none ' +
  'is mostly refused over a network.'

export const rejectedCoolingDown: Rule = (seen) => {
  const { coolingDown, origin } = seen.observation
  if (coolingDown === undefined) return undefined
  const [since, until] = [coolingDown.since, coolingDown.until].map(timeOf)
  return found(
    'rejected-cooling-down',
    'certain',
    `${shown(origin)} refused ${accountOf(seen)} at ${since} UTC; no log-on is tried until ${until} UTC.`,
  )
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(11, 19)
}

export const missingRights: Rule = (seen) => {
  const { refused, accepted, observation } = seen
  if (isAnonymous(seen)) return undefined
  const account = accountOf(seen)
  if (accepted !== undefined && saysAccepted(accepted) && accepted.exchange.status === 401) {
    // A final token is proof; a field is a word.
    const likelihood = accepted.spnego?.state === 'completed' ? 'certain' : 'likely'
    return found('missing-rights', likelihood, `The 401 says itself that the log-on of ${account} succeeded.`)
  }
  if (accepted?.exchange.status === 403 && !isLoginPage(accepted.exchange.response)) {
    // It may be of something before the server that knows of no log-on: a filter, a gateway.
    return found(
      'missing-rights',
      saysAccepted(accepted) ? 'certain' : 'likely',
      `The AUTHENTICATE of ${account} was answered with 403, not with 401.`,
    )
  }
  if (refused === undefined) return refusedWithoutToken(seen)
  if (observation.acceptedBefore) {
    return found(
      'missing-rights',
      'likely',
      `${shown(observation.origin)} took ${account} earlier, and answers ${refused.exchange.status} to this request.`,
    )
  }
  if (observation.verified?.response === true) {
    const evidence = `The response of ${account} was made with this password, and the server refused it: the account may be disabled, locked or expired, or lack the right to log on.`
    return found('missing-rights', 'likely', evidence, RIGHT_PASSWORD)
  }
  if (refused.offers.length > 0) return undefined
  return found(
    'missing-rights',
    'possible',
    `The ${refused.exchange.status} to the AUTHENTICATE of ${account} asks for no scheme: an application may have made it.`,
  )
}

const RIGHT_PASSWORD =
  'Look at event 4625 in the Security log of the server or its domain controller: its Sub Status says whether the account is ' +
  'disabled (0xC0000072), locked (0xC0000234), expired or restricted; then at the rights to this path.'

/** The request itself went without a token, on a connection whose log-on had been taken. */
const refusedWithoutToken: Rule = (seen) => {
  const { steps, observation } = seen
  const last = steps.at(-1)
  if (!observation.acceptedBefore || last?.sent !== 'nothing' || last.exchange.status !== 401)
    return undefined
  return found(
    'missing-rights',
    'likely',
    `${shown(observation.origin)} took ${accountOf(seen)}, and answers 401 to this request on the connection that is logged on.`,
  )
}

const isLoginPage = (fields: Record<string, unknown> = {}) =>
  fields['x-forms_based_auth_required'] !== undefined

/** What Windows bears, and Kerberos: [MS-KILE] 3.3.1. */
const SKEW = 5 * 60_000

export const clockSkew: Rule = ({ steps, refused }) => {
  for (const { exchange, challenge } of steps) {
    const [here, server] = [
      exchange.answeredAt ?? exchange.sentAt,
      challenge?.timestamp ?? dateOf(exchange.response?.date),
    ]
    if (here === undefined || server === undefined || !isOwnAnswer(exchange.status, challenge)) continue
    const skew = server - here
    if (!(Math.abs(skew) >= SKEW && Math.abs(skew) <= PLAUSIBLE)) continue
    return found(
      'clock-skew',
      refused === undefined ? 'possible' : 'likely',
      `The server's clock is ${lengthOf(Math.abs(skew))} ${skew > 0 ? 'ahead of' : 'behind'} this machine's.`,
    )
  }
  return undefined
}

/** A clock that is further off is none: a field that was left empty, or is no date at all. */
const PLAUSIBLE = 3652 * 86_400_000

/** The Date of a 401 is made for it; that of a 200 may be a cache's. */
const isOwnAnswer = (status: number | undefined, challenge: unknown) =>
  challenge !== undefined || status === 401

function dateOf(field: unknown): number | undefined {
  // RFC 9110 5.6.7; of `1` Date.parse makes a date too.
  const isDate = typeof field === 'string' && /^\s*[A-Z][a-z]+,? .*\d\d:\d\d:\d\d/.test(field)
  const date = isDate ? Date.parse(field) : Number.NaN
  return Number.isNaN(date) ? undefined : date
}

function lengthOf(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000)
  if (minutes < 120) return `${minutes} minutes`
  return minutes < 2880 ? `${Math.round(minutes / 60)} hours` : `${Math.round(minutes / 1440)} days`
}

export const workstationRestricted: Rule = (seen) => {
  const workstation = seen.refused?.message?.workstation ?? seen.observation.client?.workstation
  if (seen.refused === undefined || !workstation || isAnonymous(seen)) return undefined
  return found(
    'workstation-restricted',
    'possible',
    `The refused AUTHENTICATE named the workstation ${shown(workstation)}; the account may not be allowed there.`,
  )
}

export const anonymous: Rule = (seen) => {
  if (!isAnonymous(seen)) return undefined
  const step = (seen.refused ?? seen.accepted)!
  return found(
    'anonymous',
    'certain',
    `The AUTHENTICATE names no user; it was answered with ${step.exchange.status}.`,
  )
}
