import { shown } from '@ntlmkit/core'
import type CliTable from 'cli-table3'
import { findingLines } from '../error-lines.js'
import type { Screen } from '../screen.js'
import type { ProbeClock, ProbeHead, ProbeReport } from './report.js'

type Row = [label: string, value: string]

const LABEL_WIDTH = 16
/** More than that, and Kerberos, signatures and logs no longer fit together. */
const SKEW_SECONDS = 300

/** The report for people. */
export async function probeTable(report: ProbeReport, screen: Screen): Promise<string> {
  const { default: Table } = await import('cli-table3')
  const { colours, width } = screen
  const table: CliTable.Table = new Table({
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colWidths: [LABEL_WIDTH, width - LABEL_WIDTH],
    wordWrap: true,
  })
  for (const [label, value] of rowsOf(report, screen)) table.push([colours.dim(label), value])
  const lines = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
  return [colours.bold(shown(report.url)), '', ...lines, ...findingsOf(report, screen)].join('\n')
}

const NO_LINES = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
    'middle',
  ].map((name) => [name, '']),
)

function rowsOf(report: ProbeReport, { colours }: Screen): Row[] {
  const { offers, challenge, tls, head, status } = report
  const good = (value: boolean, text: string) => (value ? colours.green(text) : colours.yellow(text))
  const authenticates = offers.includes('NTLM') || offers.includes('Negotiate')
  return [
    ['answer', answerText(report)],
    ['offers', good(authenticates, offers.map((offer) => shown(offer)).join(', ') || 'nothing')],
    ...challengeRows(challenge),
    ...(report.clock ? [['clock', clockText(report.clock)] satisfies Row] : []),
    ...tlsRows(report, good),
    ['http/2', tls ? (tls.http2 ? colours.yellow('offered: NTLM needs http/1.1') : 'not offered') : 'no TLS'],
    ...connectionRows(report, good),
    ...(head ? [['HEAD', good(head.served, headText(head, status))] satisfies Row] : []),
    ...logOnRows(report, colours),
  ]
}

function answerText({ status, location, server, offers }: ProbeReport): string {
  if (status === undefined) return 'none over HTTP/1.1'
  const from = server ? `, from ${shown(server)}` : ''
  if (location !== undefined) return `${status} to ${shown(location, 1000)}: probe that${from}`
  if (status < 300 && offers.length === 0) return `open to everybody (${status}), nothing asked${from}`
  return `${status} to a GET without credentials${from}`
}

function challengeRows(challenge: ProbeReport['challenge']): Row[] {
  if (challenge === undefined) return []
  const names: [string, string | undefined][] = [
    ['NetBIOS domain', challenge.netbiosDomain],
    ['NetBIOS name', challenge.netbiosComputer],
    ['DNS domain', challenge.dnsDomain],
    ['DNS name', challenge.dnsComputer],
    ['forest', challenge.dnsForest],
    ['version', challenge.version],
    ...challenge.problems.map((problem) => ['problem', problem] as [string, string]),
  ]
  return names.flatMap(([label, value]) => (value ? [[label, shown(value)] satisfies Row] : []))
}

function clockText({ server, aheadSeconds, from }: ProbeClock): string {
  const seconds = Math.abs(aheadSeconds)
  const source = from === 'challenge' ? 'CHALLENGE' : 'Date'
  if (seconds < 2) return `the same as here (${source})`
  const much = seconds > SKEW_SECONDS ? ', too much' : ''
  return `${seconds} s ${aheadSeconds > 0 ? 'ahead' : 'behind'}${much}: ${server} (${source})`
}

function tlsRows({ tls }: ProbeReport, good: (value: boolean, text: string) => string): Row[] {
  if (tls === undefined) return []
  const { certificate, untrusted, version } = tls
  return [
    ['TLS', version ?? 'unknown'],
    ['certificate', shown(certificate.subject ?? '')],
    ['names', shown(certificate.names ?? 'none', 500)],
    ['issuer', shown(certificate.issuer ?? '')],
    ['valid to', certificate.validTo],
    ['trusted', good(untrusted === undefined, untrusted ?? 'yes')],
    ['SHA-256', certificate.fingerprint ?? ''],
    ['binding hash', certificate.binding ?? 'none: its signature has no hash that RFC 5929 names'],
  ]
}

/** Findings that tell of a connection that was not kept, whatever it looked like from here. */
const NOT_KEPT: ReadonlySet<string> = new Set(['connection-not-kept', 'closed-between-legs'])

function connectionRows(
  { status, connection, findings }: ProbeReport,
  good: (value: boolean, text: string) => string,
): Row[] {
  if (status === undefined) return []
  const finding = findings.find(({ id }) => NOT_KEPT.has(id))
  if (finding) return [['connection', good(false, `does not stay open: ${finding.id}, below`)]]
  const { persists } = connection
  if (persists === undefined) return [['connection', 'one request was sent']]
  return [
    ['connection', good(persists, persists ? 'stays open' : 'closes after each answer: NTLM needs it kept')],
  ]
}

function headText({ status: head, served }: ProbeHead, get: number | undefined): string {
  if (head === undefined) return 'breaks the connection'
  return served ? `answered as GET is (${head})` : `answered ${head}, and GET ${get}`
}

function logOnRows({ logOn, findings }: ProbeReport, colours: Screen['colours']): Row[] {
  if (logOn === undefined) return []
  const account = shown(logOn.account)
  if (logOn.accepted && logOn.status === 403)
    return [['log-on', colours.yellow(`${account} is logged on, and may not have this page: 403`)]]
  if (logOn.accepted) return [['log-on', colours.green(`${account} is let in: ${logOn.status}`)]]
  const { code = '', message = '', hint = '' } = logOn.error ?? {}
  const told = message.includes(code) ? message : `${message} (${code})`
  return [
    ['log-on', colours.red(`${account}: ${told}`)],
    // The finding says what to do; the hint is made of it.
    ...(findings.length > 0 ? [] : [['', hint] satisfies Row]),
  ]
}

function findingsOf({ findings }: ProbeReport, { colours, width }: Screen): string[] {
  if (findings.length === 0) return []
  return ['', colours.bold('Findings'), ...findingLines(findings, width)]
}
