import type { NtlmFacts } from './decoded.js'
import { ntlmFactsOf } from './ntlm-facts.js'
import type { Observation, SeenExchange, SeenFields } from './observation.js'
import { type Offer, offersOf } from './offers.js'
import { isKerberos, type SpnegoAnswer, spnegoAnswerOf } from './spnego-answer.js'

/** An exchange with what its authentication fields mean. */
export interface Step {
  readonly exchange: SeenExchange
  readonly sent: 'nothing' | 'negotiate' | 'authenticate' | 'kerberos' | 'other'
  /** Of the request's credentials; lower case. */
  readonly scheme: string | undefined
  /** The NTLM message that was sent, where it was seen. */
  readonly message: NtlmFacts | undefined
  readonly offers: readonly Offer[]
  /** The CHALLENGE in the answer. */
  readonly challenge: NtlmFacts | undefined
  readonly spnego: SpnegoAnswer | undefined
}

/** An observation, read once for all rules. */
export interface Conversation {
  readonly observation: Observation
  readonly isSecure: boolean
  /** The client is one of ours, as far as is known: it has our options. */
  readonly isOurs: boolean
  readonly steps: readonly Step[]
  /** The last CHALLENGE that came, which has the server's names and clock. */
  readonly challenge: NtlmFacts | undefined
  /** The last AUTHENTICATE, where it was answered 401 or 407 and as if it were a wrong one. */
  readonly refused: Step | undefined
  /** The last AUTHENTICATE, where the server went on to the request. */
  readonly accepted: Step | undefined
  /** The schemes that were offered, in lower case. */
  readonly offered: ReadonlySet<string>
}

/** Reads the fields of an observation: which leg was what, and what came back. */
export function conversationOf(observation: Observation): Conversation {
  const steps: Step[] = []
  for (const exchange of observation.exchanges) steps.push(stepOf(exchange, before(exchange, steps)))
  const last = steps.findLast(({ sent }) => sent === 'authenticate')
  return {
    observation,
    isSecure: /^https:/i.test(observation.origin),
    isOurs: observation.client !== undefined && observation.client.program === undefined,
    steps,
    challenge: steps.findLast(({ challenge }) => challenge !== undefined)?.challenge,
    refused: last !== undefined && isRefused(last) ? last : undefined,
    accepted: last !== undefined && isAccepted(last) ? last : undefined,
    offered: new Set(steps.flatMap(({ offers }) => offers.map(({ scheme }) => scheme))),
  }
}

/** The step before an exchange on its connection, where connections were seen. */
function before(exchange: SeenExchange, steps: readonly Step[]): Step | undefined {
  if (exchange.connection === undefined) return steps.at(-1)
  return steps.findLast((step) => step.exchange.connection === exchange.connection)
}

function stepOf(exchange: SeenExchange, previous: Step | undefined): Step {
  const { request, response, status } = exchange
  const offers = [
    ...offersOf(response?.['www-authenticate']),
    ...(status === 407 || response?.['www-authenticate'] === undefined
      ? offersOf(response?.['proxy-authenticate'])
      : []),
  ]
  const tokens = offers.filter(isOurs).map(({ scheme, token }) => `${scheme} ${token ?? ''}`)
  const challenge =
    tokens.map(ntlmFactsOf).find((facts) => facts?.type === 'challenge') ?? exchange.told?.challenge
  const credentials = credentialsOf(request, status)
  const message = credentials === undefined ? undefined : ntlmFactsOf(credentials)
  return {
    exchange,
    sent: exchange.told?.phase ?? sentIn(credentials, message, challenge, previous),
    scheme: schemeOf(credentials),
    message,
    offers,
    challenge,
    spnego: tokens.map(spnegoAnswerOf).find((answer) => answer !== undefined),
  }
}

const isOurs = ({ scheme }: Offer) => scheme === 'ntlm' || scheme === 'negotiate'

/** A 407 is about the proxy's field, everything else about the server's, where it has one. */
function credentialsOf(request: SeenFields, status: number | undefined): string | undefined {
  const [proxy, server] = [request['proxy-authorization'], request.authorization].map(textOf)
  return status === 407 ? proxy : (server ?? proxy)
}

export function textOf(field: SeenFields[string]): string | undefined {
  return typeof field === 'string' || field === undefined ? field : field.join(', ')
}

function schemeOf(credentials: string | undefined): string | undefined {
  return credentials === undefined ? undefined : /^\s*([^\s,]+)/.exec(credentials)?.[1].toLowerCase()
}

/** Tokens that were left out of a record are told by what they are between. */
function sentIn(
  credentials: string | undefined,
  message: NtlmFacts | undefined,
  challenge: NtlmFacts | undefined,
  previous: Step | undefined,
): Step['sent'] {
  if (message !== undefined) return message.type === 'challenge' ? 'other' : message.type
  const scheme = schemeOf(credentials)
  if (credentials !== undefined && isKerberos(credentials)) return 'kerberos'
  if (scheme !== undefined && scheme !== 'ntlm' && scheme !== 'negotiate') return 'other'
  if (previous?.challenge !== undefined) return 'authenticate'
  return scheme !== undefined || challenge !== undefined ? 'negotiate' : 'nothing'
}

function isRefused(step: Step): boolean {
  const { status } = step.exchange
  return (status === 401 || status === 407) && step.challenge === undefined && !saysAccepted(step)
}

function isAccepted(step: Step): boolean {
  const { status = 0 } = step.exchange
  return (status >= 200 && status < 400) || status === 403 || status === 404 || saysAccepted(step)
}

/** A log-on that succeeded, whatever the status: HTTP.sys says so beside a 401 for a missing right too. */
export function saysAccepted({ exchange: { response }, spnego }: Step): boolean {
  return spnego?.state === 'completed' || /^\s*true/i.test(textOf(response?.['persistent-auth']) ?? '')
}
