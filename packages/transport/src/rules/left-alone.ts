import { type Finding, NtlmError, type NtlmErrorCode, type Scheme, shown } from '@ntlmkit/core'
import { diagnose, type LeftAlone, type Observation } from '@ntlmkit/inspect'
import { Answer, type Asker, type ResponseHead } from './answer.js'
import type { ResolvedNtlmOptions } from './options.js'

/** A request that went without our taking part, or past us to a proxy. */
export interface LeftAloneRequest {
  readonly origin: string
  readonly method?: string | undefined
  /** Why we left it alone; undefined where we did not, and a proxy asks. */
  readonly why: LeftAlone | undefined
  /** The request's own Authorization. Only its scheme is kept. */
  readonly authorization?: string | undefined
}

/** The schemes of which a server writes the names in its own way. */
const NAMES: Readonly<Record<string, string>> = {
  ntlm: 'NTLM',
  negotiate: 'Negotiate',
  basic: 'Basic',
  bearer: 'Bearer',
}

/** More than any server offers that is worth naming. */
const MOST_NAMED = 6

const NOTHING_FOUND = {
  evidence: 'The request went without our taking part.',
  nextStep: 'Compare what the client was told with the options of ntlmkit.',
}

/**
 * Why a request was left without a log-on although its answer offers one that we know: an error that names the origin,
 * what it offers, and what to do. Undefined where the answer offers nothing that we could have used.
 */
export function leftAlone(
  request: LeftAloneRequest,
  head: ResponseHead,
  options: ResolvedNtlmOptions,
): NtlmError | undefined {
  if (head.status !== 401 && head.status !== 407) return undefined
  const asker: Asker = head.status === 407 ? 'proxy' : 'origin'
  const answer = new Answer(head, asker)
  const offers = (['ntlm', 'negotiate'] as const).flatMap((scheme: Scheme) => answer.offer(scheme) ?? [])
  if (offers.length === 0) return undefined
  // A CHALLENGE: somebody else's handshake is under way.
  if (offers.some(({ token }) => token !== undefined)) return undefined

  const { origin, method = 'GET', authorization } = request
  // Whatever was left alone, it is not the origin that asks.
  const why = asker === 'proxy' ? undefined : request.why
  const findings = findingsIn({
    origin,
    exchanges: [
      {
        method,
        url: origin,
        request: authorization === undefined ? {} : { authorization: schemeOf(authorization) },
        status: head.status,
        response: { [answer.challengeField]: answer.offers.map(({ scheme }) => scheme) },
      },
    ],
    client: { origins: options.mayAuthenticate.patterns, schemes: options.schemes, leftAlone: why },
  })
  const offered = answer.offers.slice(0, MOST_NAMED).map(({ scheme }) => NAMES[scheme] ?? shown(scheme, 40))
  const code: NtlmErrorCode = asker === 'proxy' ? 'ERR_NTLM_PROXY' : 'ERR_NTLM_CONFIG'
  const who = asker === 'proxy' ? `A proxy before ${origin}` : origin
  const { evidence, nextStep } = findings[0] ?? NOTHING_FOUND
  return new NtlmError(code, `${who} offers ${offered.join(', ')}, and no log-on was tried. ${evidence}`, {
    hint: nextStep,
    findings,
  })
}

/** Whatever a server has sent, the client has to get its answer. */
function findingsIn(observation: Observation): readonly Finding[] {
  try {
    return diagnose(observation)
  } catch {
    return []
  }
}

/** A credential stands behind the scheme. */
function schemeOf(authorization: string): string {
  return /^[!#$%&'*+\-.^_`|~0-9a-z]*/i.exec(authorization)![0]
}

/** The findings of a request that is refused before it goes, as it would go without our taking part. */
export function findingsOf(why: LeftAlone): readonly Finding[] {
  return diagnose({ origin: '', exchanges: [], client: { leftAlone: why } })
}
