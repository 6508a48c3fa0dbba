import type { Finding } from '@ntlmkit/core'
import { diagnose, type SeenExchange } from '@ntlmkit/inspect'
import type { ProbeLogOn } from './report.js'

/** What the answer to an AUTHENTICATE says of the account. */
export interface Verdict {
  readonly report: ProbeLogOn
  readonly findings: readonly Finding[]
}

/**
 * Judges the answer to an AUTHENTICATE that is no 401.
 *
 * @param asked the exchange that asked for a challenge earlier: that of the log-on was like it.
 */
export function verdictOn(account: string, asked: SeenExchange | undefined, answer: SeenExchange): Verdict {
  const { status = 0, connection = 0, url } = answer
  const { origin } = new URL(url)
  // A 407 is a proxy's, which got no token of ours.
  const before = asked === undefined || status === 407 ? [] : [{ ...asked, connection }]
  const findings = diagnose({ origin, exchanges: [...before, answer], client: { username: account } })
  const error = reasonAgainst(status, findings)
  return { report: { account, accepted: error === undefined, status, ...(error && { error }) }, findings }
}

function reasonAgainst(status: number, findings: readonly Finding[]): ProbeLogOn['error'] {
  if (status === 407) {
    return {
      code: 'proxy-asks',
      message: 'A proxy answered in the place of the server, with 407.',
      hint: 'Go past the proxy (NO_PROXY), or ask who runs it.',
    }
  }
  if (findings.some(({ id }) => id === 'login-page')) {
    return {
      code: 'login-page',
      message: `It is not let in: ${status}, and a page to log on at.`,
      hint: 'Use an address that asks for Windows authentication.',
    }
  }
  if (status < 400 || status === 403 || status === 404) return undefined
  return {
    code: 'no-verdict',
    message: `The AUTHENTICATE was answered ${status}, which says neither yes nor no.`,
    hint: "Look at the server's log, or try another page of it.",
  }
}
