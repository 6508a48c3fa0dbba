import { get as httpGet, type IncomingMessage } from 'node:http'
import { get as httpsGet } from 'node:https'
import { type Finding, NtlmError } from '@ntlmkit/core'
import type { Account } from '../account/account.js'
import { errorInLines } from '../error-lines.js'
import type { UrlScheme } from '../system-error.js'
import { trustHint } from '../trust.js'
import type { ProbeLogOn } from './report.js'
import type { SeenTls } from './tls.js'

/** A log-on that is to be tried once. */
export interface LogOnPlan {
  readonly url: URL
  readonly account: Account
  /** Undefined where nothing is offered that could be answered. */
  readonly scheme: 'NTLM' | 'Negotiate' | undefined
  readonly trust: { readonly rejectUnauthorized?: false }
  readonly timeout: number
  readonly tls: SeenTls | undefined
}

/** What came of it. */
export interface TriedLogOn {
  readonly report: ProbeLogOn
  readonly findings: readonly Finding[]
}

/**
 * Sends one GET that logs on. Never two: of one scheme, on one connection, so that no wrong password counts twice
 * towards a lock-out.
 */
export async function logOnOnce(plan: LogOnPlan): Promise<TriedLogOn> {
  const { url, account, scheme, trust, tls } = plan
  if (scheme === undefined)
    return untried(account, 'not-offered', 'NTLM is not offered.', 'No credentials were sent.')
  if (tls?.untrusted !== undefined && trust.rejectUnauthorized !== false) {
    return untried(
      account,
      'untrusted',
      'The certificate is not trusted.',
      `${trustHint(tls.untrusted, { ...tls.certificate, host: url.hostname })} No credentials were sent.`,
    )
  }
  return attempt(plan, scheme)
}

async function attempt(
  { url, account, trust, timeout }: LogOnPlan,
  scheme: 'NTLM' | 'Negotiate',
): Promise<TriedLogOn> {
  const { ntlmAgents } = await import('@ntlmkit/agent')
  const agents = ntlmAgents(
    {
      ...account,
      origins: url.origin,
      schemes: [scheme === 'NTLM' ? 'ntlm' : 'negotiate'],
      handshakeTimeout: timeout * 1000,
      firstLeg: { head: false },
      strict: true,
    },
    { ...trust, maxSockets: 1 },
  )
  try {
    const { statusCode: status } = await answerTo(
      url,
      url.protocol === 'https:' ? agents.https : agents.http,
      timeout,
    )
    return { report: { account: account.username, accepted: true, status }, findings: [] }
  } catch (error) {
    const { message, hint } = errorInLines(error, url.protocol as UrlScheme)
    const code = error instanceof NtlmError ? error.code : ((error as NodeJS.ErrnoException).code ?? 'error')
    return {
      report: {
        account: account.username,
        accepted: false,
        status: undefined,
        error: { code, message, hint },
      },
      findings: error instanceof NtlmError ? error.findings : [],
    }
  } finally {
    agents.destroy()
  }
}

function answerTo(url: URL, agent: import('node:http').Agent, timeout: number): Promise<IncomingMessage> {
  const get = url.protocol === 'https:' ? httpsGet : httpGet
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, headers: { 'User-Agent': 'ntlmkit-probe', Accept: '*/*' } })
    request.once('error', reject)
    request.once('response', (response) => {
      resolve(response)
      // The page itself is of no interest.
      response.on('error', () => {}).destroy()
    })
    request.setTimeout(timeout * 1000, () => {
      request.destroy(new Error(`No answer came within ${timeout} seconds.`))
    })
  })
}

function untried(account: Account, code: string, message: string, hint: string): TriedLogOn {
  const report = {
    account: account.username,
    accepted: false,
    status: undefined,
    error: { code, message, hint },
  }
  return { report, findings: [] }
}
