import type { Conversation, Step } from '../conversation.js'
import { shown } from '../shown.js'
import { askerOf, found, type Rule } from './found.js'

const OURS = ['ntlm', 'negotiate']

export const notOffered: Rule = (seen) => {
  const last = seen.steps.at(-1)
  const status = last?.exchange.status
  if (last === undefined || status !== 401) return undefined
  if (last.sent === 'authenticate' || last.sent === 'kerberos') return undefined
  const wanted = seen.observation.client?.schemes ?? OURS
  const schemes = [...new Set(last.offers.map(({ scheme }) => scheme))]
  if (schemes.some((scheme) => wanted.some((name) => name === scheme))) return undefined
  const list = schemes.length === 0 ? 'no scheme' : shown(schemes.join(', '))
  const other = schemes.find((scheme) => OURS.includes(scheme))
  const evidence = `${askerOf(seen, status)} offers ${list} with its ${status}; allowed are ${wanted.join(', ')}.`
  if (other === undefined) return found('not-offered', 'certain', evidence)
  return found('not-offered', 'certain', evidence, `Allow it: schemes: ['ntlm', 'negotiate'].`)
}

/** The answer by which NTLM was refused in Negotiate, before any AUTHENTICATE. */
function refusal({ steps }: Conversation): Step | undefined {
  return steps.findLast((step) => {
    const { sent, scheme, exchange, challenge, offers, spnego } = step
    if (sent !== 'negotiate' || scheme !== 'negotiate' || challenge !== undefined) return false
    if (exchange.status !== 401 && exchange.status !== 407) return false
    if (spnego !== undefined) return spnego.state === 'rejected' || spnego.mechanism === 'kerberos'
    return offers.some((offer) => offer.scheme === 'negotiate' && offer.token === undefined)
  })
}

/** An NTLM log-on that went on behind the refusal makes it none. */
const isOvercome = ({ steps }: Conversation) => steps.some(({ challenge }) => challenge !== undefined)

const says = ({ spnego }: Step) =>
  spnego?.mechanism === 'kerberos'
    ? 'a choice of Kerberos'
    : spnego
      ? 'a reject of SPNEGO'
      : 'a 401 without a token'

export const ntlmRefusedInNegotiate: Rule = (seen) => {
  const refused = refusal(seen)
  if (refused === undefined || isOvercome(seen)) return undefined
  const evidence = `The NTLM in Negotiate was answered with ${says(refused)}, and no CHALLENGE.`
  const likelihood = refused.spnego === undefined ? 'likely' : 'certain'
  if (seen.offered.has('ntlm')) {
    const how = seen.isOurs
      ? "set schemes: ['ntlm']"
      : 'have the client use that (curl: --ntlm, not --negotiate)'
    const nextStep = `The server offers NTLM by itself too: ${how}.`
    return found('ntlm-refused-in-negotiate', likelihood, evidence, nextStep)
  }
  return found('ntlm-refused-in-negotiate', likelihood, evidence)
}

export const kerberosOnly: Rule = (seen) => {
  if (seen.offered.has('ntlm') || isOvercome(seen)) return undefined
  if (seen.offered.has('kerberos') && !seen.offered.has('negotiate')) {
    return found(
      'kerberos-only',
      'certain',
      'The server offers the scheme Kerberos, and neither Negotiate nor NTLM.',
    )
  }
  const refused = refusal(seen)
  if (refused === undefined) return undefined
  return found(
    'kerberos-only',
    refused.spnego === undefined ? 'likely' : 'certain',
    `The server offers Negotiate and no NTLM, and answered NTLM within it with ${says(refused)}.`,
  )
}

/** Flags of [MS-NLMP] 2.2.2.5. */
const EXTENDED_SESSION_SECURITY = 0x00080000
const TARGET_INFO = 0x00800000

export const ntlmv1Only: Rule = ({ refused, challenge }) => {
  const { response } = refused?.message ?? {}
  if (response === 'ntlm-v1' || response === 'ntlm-v1-ess') {
    return found(
      'ntlmv1-only',
      'likely',
      'The refused AUTHENTICATE answers with NTLMv1, which servers of today do not take.',
    )
  }
  if (refused === undefined || challenge === undefined) return undefined
  if (challenge.flags & (EXTENDED_SESSION_SECURITY | TARGET_INFO)) return undefined
  const evidence =
    'The CHALLENGE has neither target information nor extended session security, as servers of old, and NTLMv2 was refused.'
  return found('ntlmv1-only', 'possible', evidence)
}
