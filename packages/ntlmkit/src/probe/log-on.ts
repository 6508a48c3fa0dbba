import { type Agent, get as httpGet, type IncomingMessage } from 'node:http'
import { get as httpsGet } from 'node:https'
import { NtlmError } from '@ntlmkit/core'
import type { SeenExchange } from '@ntlmkit/inspect'
import type { Account } from '../account/account.js'
import { errorInLines } from '../error-lines.js'
import type { UrlScheme } from '../system-error.js'
import { trustHint } from '../trust.js'
import { fieldsOf, tooLate } from './connection.js'
import { OneLogOn } from './one-log-on.js'
import type { SeenTls } from './tls.js'
import { type Verdict, verdictOn } from './verdict.js'

/** A log-on that is to be tried once. */
export interface LogOnPlan {
  readonly url: URL
  readonly account: Account
  /** Undefined where nothing is offered that could be answered. */
  readonly scheme: 'NTLM' | 'Negotiate' | undefined
  readonly trust: { readonly rejectUnauthorized?: false }
  readonly timeout: number
  readonly tls: SeenTls | undefined
  /** The exchange that asked for a challenge before. */
  readonly asked: SeenExchange | undefined
}

/**
 * Sends one GET that logs on. Never two: of one scheme, on one connection, so that no wrong password counts twice
 * towards a lock-out.
 */
export async function logOnOnce(plan: LogOnPlan): Promise<Verdict> {
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

async function attempt(plan: LogOnPlan, scheme: 'NTLM' | 'Negotiate'): Promise<Verdict> {
  const { url, account, trust, timeout, asked } = plan
  const { ntlmAgents } = await import('@ntlmkit/agent')
  const once = new OneLogOn(url, trust)
  const agents = ntlmAgents(
    {
      ...account,
      origins: url.origin,
      schemes: [scheme === 'NTLM' ? 'ntlm' : 'negotiate'],
      handshakeTimeout: timeout * 1000,
      firstLeg: { head: false },
      strict: true,
    },
    { ...trust, maxSockets: 1, via: once.agent },
  )
  try {
    const response = await answerTo(plan, url.protocol === 'https:' ? agents.https : agents.http, once)
    return verdictOn(account.username, asked, {
      method: 'GET',
      url: url.href,
      request: { authorization: scheme },
      status: response.statusCode,
      response: fieldsOf(response),
    })
  } catch (error) {
    const { message, hint } = errorInLines(error, url.protocol as UrlScheme)
    const code = error instanceof NtlmError ? error.code : ((error as NodeJS.ErrnoException).code ?? 'error')
    const report = {
      account: account.username,
      accepted: false,
      status: undefined,
      error: { code, message, hint },
    }
    return { report, findings: error instanceof NtlmError ? error.findings : [] }
  } finally {
    agents.destroy()
  }
}

function answerTo({ url, timeout }: LogOnPlan, agent: Agent, once: OneLogOn): Promise<IncomingMessage> {
  const get = url.protocol === 'https:' ? httpsGet : httpGet
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, headers: { 'User-Agent': 'ntlmkit-probe', Accept: '*/*' } })
    const timer = setTimeout(() => request.destroy(noAnswer(timeout)), timeout * 1000)
    const stop = once.watch(request, () => timer.refresh(), reject)
    request.once('close', () => {
      clearTimeout(timer)
      stop()
    })
    request.once('error', reject)
    request.once('response', (response) => {
      resolve(response)
      // The page itself is of no interest.
      response.on('error', () => {}).destroy()
    })
  })
}

/** An error with the code of the report. */
function noAnswer(seconds: number): Error {
  return Object.assign(new Error(tooLate(seconds).message), { code: 'no-answer' })
}

function untried(account: Account, code: string, message: string, hint: string): Verdict {
  const report = {
    account: account.username,
    accepted: false,
    status: undefined,
    error: { code, message, hint },
  }
  return { report, findings: [] }
}
