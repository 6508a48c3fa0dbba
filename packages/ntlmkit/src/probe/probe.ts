import { type Finding, parseChallenges } from '@ntlmkit/core'
import { type DecodedToken, decodeToken, diagnose, type SeenExchange } from '@ntlmkit/inspect'
import type { Account } from '../account/account.js'
import { CommandError } from '../command-error.js'
import { findingsInShell } from '../in-shell.js'
import { urlWithoutQuery } from '../target.js'
import { Prober } from './connection.js'
import { firstMessage } from './first-message.js'
import { logOnOnce } from './log-on.js'
import type { ProbeChallenge, ProbeClock, ProbeHead, ProbeReport } from './report.js'
import { lookAtTls, type SeenTls } from './tls.js'

/** A server to look at. */
export interface ProbePlan {
  readonly url: URL
  readonly account: Account | undefined
  readonly trust: { readonly rejectUnauthorized?: false }
  /** Seconds. */
  readonly timeout: number
}

/**
 * Looks at a server: a GET without a token, one with a NEGOTIATE, a HEAD, and where there is an account one log-on.
 * Nothing else is sent.
 */
export async function probe({ url, account, trust, timeout }: ProbePlan): Promise<ProbeReport> {
  const tls = url.protocol === 'https:' ? await lookAtTls(url, timeout, trust) : undefined
  const prober = new Prober(url, timeout)
  try {
    const plain = await firstAnswer(prober, tls)
    if (plain === undefined) return ofHttp2Alone(url, tls)
    const offers = offersOf(plain)
    const scheme = schemeOf(offers)
    const answer = scheme && (await prober.send('GET', firstMessage(scheme)))
    const token = answer && challengeIn(answer)
    prober.startAnew()
    const head = await lookAtHead(prober, plain)
    const logOn = account && (await logOnOnce({ url, account, scheme, trust, timeout, tls, asked: answer }))
    const seen = { origin: url.origin, exchanges: prober.exchanges, certificate: tls?.certificate }
    return {
      url: urlWithoutQuery(url),
      status: plain.status,
      location: locationOf(plain, url),
      server: text(plain.response?.server),
      offers,
      challenge: scheme && token && challengeOf(scheme, token),
      clock: clockOf(plain, answer, token),
      tls,
      connection: {
        persists: answer && answer.connection === plain.connection && answer.closed !== true,
        httpVersion: plain.httpVersion ?? '',
      },
      head,
      logOn: logOn?.report,
      findings: findingsInShell(together(logOn?.findings ?? [], diagnose(seen))),
    }
  } finally {
    prober.close()
  }
}

/** Undefined where the server takes h2 alone: over HTTP/1.1 it ends the connection. */
async function firstAnswer(prober: Prober, tls: SeenTls | undefined): Promise<SeenExchange | undefined> {
  try {
    return await prober.send('GET')
  } catch (error) {
    if (tls?.http2 && !(error instanceof CommandError)) return undefined
    throw error
  }
}

function ofHttp2Alone(url: URL, tls: SeenTls | undefined): ProbeReport {
  const failure = { code: 'ERR_NTLM_HTTP2' }
  return {
    url: url.href,
    status: undefined,
    location: undefined,
    server: undefined,
    offers: [],
    challenge: undefined,
    clock: undefined,
    tls,
    connection: { persists: undefined, httpVersion: '2' },
    head: undefined,
    logOn: undefined,
    findings: diagnose({ origin: url.origin, exchanges: [], failure, certificate: tls?.certificate }),
  }
}

/** Where a redirect leads, absolute. */
function locationOf({ status = 0, response }: SeenExchange, url: URL): string | undefined {
  const location = text(response?.location)
  if (location === undefined || status < 300 || status >= 400) return undefined
  return URL.canParse(location, url.href) ? new URL(location, url.href).href : location
}

function offersOf({ response }: SeenExchange): string[] {
  const field = response?.['www-authenticate']
  const lines = typeof field === 'string' ? [field] : (field ?? [])
  return parseChallenges(lines).map(({ scheme }) => NAMES[scheme] ?? scheme)
}

const NAMES: Readonly<Record<string, string>> = {
  ntlm: 'NTLM',
  negotiate: 'Negotiate',
  basic: 'Basic',
  digest: 'Digest',
  bearer: 'Bearer',
  kerberos: 'Kerberos',
}

function schemeOf(offers: readonly string[]): 'NTLM' | 'Negotiate' | undefined {
  if (offers.includes('NTLM')) return 'NTLM'
  return offers.includes('Negotiate') ? 'Negotiate' : undefined
}

function challengeIn({ response }: SeenExchange): DecodedToken | undefined {
  const field = response?.['www-authenticate']
  const lines = typeof field === 'string' ? [field] : (field ?? [])
  const found = parseChallenges(lines).find(
    ({ scheme, token }) => (scheme === 'ntlm' || scheme === 'negotiate') && token,
  )
  return found?.token === undefined ? undefined : decodeToken(Buffer.from(found.token, 'base64'))
}

function challengeOf(scheme: 'NTLM' | 'Negotiate', { ntlm, problems }: DecodedToken): ProbeChallenge {
  const { netbiosDomain, netbiosComputer, dnsDomain, dnsComputer, dnsForest, version } = ntlm ?? {}
  return { scheme, netbiosDomain, netbiosComputer, dnsDomain, dnsComputer, dnsForest, version, problems }
}

/** The challenge's time is exact; a Date field has seconds only. */
function clockOf(
  plain: SeenExchange,
  answer: SeenExchange | undefined,
  token: DecodedToken | undefined,
): ProbeClock | undefined {
  const timestamp = token?.ntlm?.timestamp
  if (timestamp !== undefined && answer) return clock(timestamp, answer, 'challenge')
  const date = Date.parse(text(plain.response?.date) ?? '')
  return Number.isNaN(date) ? undefined : clock(date, plain, 'date')
}

function clock(
  server: number,
  { sentAt = 0, answeredAt = 0 }: SeenExchange,
  from: ProbeClock['from'],
): ProbeClock {
  const here = (sentAt + answeredAt) / 2
  return { server: new Date(server).toISOString(), aheadSeconds: Math.round((server - here) / 1000), from }
}

/** A HEAD that breaks the connection is not served either. */
async function lookAtHead(prober: Prober, plain: SeenExchange): Promise<ProbeHead> {
  try {
    const { status } = await prober.send('HEAD')
    return { status, served: status === plain.status }
  } catch {
    return { status: undefined, served: false }
  }
}

function together(first: readonly Finding[], second: readonly Finding[]): Finding[] {
  return [...first, ...second.filter(({ id }) => first.every((other) => other.id !== id))]
}

function text(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0]
}
