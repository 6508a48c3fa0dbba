import { NtlmError, type NtlmErrorCode } from '@ntlmkit/core'

/** The handshake whose security context could not go on. */
export interface FailedHandshake {
  readonly origin: string
  /** As it is written: `Negotiate`. */
  readonly schemeName: string
  readonly account: string
}

type Told = (handshake: FailedHandshake) => string

const TOLD: Partial<Record<NtlmErrorCode, Told>> = {
  ERR_NTLM_BAD_CHALLENGE: ({ origin }) => `${origin} sent no usable challenge`,
  ERR_NTLM_DOWNGRADE: ({ origin }) => `${origin} grants less than the handshake needs`,
  ERR_NTLM_INTEGRITY: ({ origin, schemeName }) =>
    `${origin} sent a ${schemeName} token that cannot be trusted`,
  ERR_NTLM_REJECTED: ({ origin, schemeName, account }) =>
    `${origin} rejected the ${schemeName} handshake of ${account}`,
}

/** The error of a security context, which knows of no origin, with the origin and the option that would help. */
export function failedStep(error: unknown, handshake: FailedHandshake): unknown {
  if (!(error instanceof NtlmError)) return error
  const { code, message, hint, phase, cause, findings } = error
  const told = TOLD[code]
  if (told === undefined) return error
  const said = message.replace(/^(?:The|An?) /, (article) => article.toLowerCase())
  return new NtlmError(code, `${told(handshake)}: ${said}`, {
    phase,
    cause,
    findings,
    hint: code === 'ERR_NTLM_DOWNGRADE' ? `${hint}${wayOut(message, handshake)}` : hint,
  })
}

/** What lacks is there for SPNEGO, which signs its list of mechanisms; but for Unicode, which a name needs anywhere. */
function wayOut(message: string, { schemeName }: FailedHandshake): string {
  if (schemeName !== 'Negotiate' || message.includes('UNICODE')) return ''
  return " Where the server offers NTLM too, schemes: ['ntlm'] does without SPNEGO."
}
