import type { Finding, FindingId } from '@ntlmkit/core'
import type { NtlmFacts } from '../decoded.js'
import { FINDINGS } from '../finding-table.js'
import type { ReadConversation } from '../reading.js'
import { shown } from '../shown.js'
import { conversationsOf } from './conversations.js'
import { newExchange, originOf, type ReadExchange } from './exchange.js'

/** A line of `NODE_DEBUG=ntlmkit` (docs/tracing.md): what Node puts in front, the event, its `key=value` pairs. */
const LINE = /^.*?\bNTLMKIT \d+: (\w+) (.*)$/gm
const PAIR = /(\w+)=("(?:[^"\\]|\\.)*"|\S*)/g

/** A line, read. */
interface DebugLine {
  readonly event: string
  readonly values: Readonly<Record<string, string>>
}

export function looksLikeDebug(text: string): boolean {
  return /^.*?\bNTLMKIT \d+: /m.test(text)
}

/** Reads the lines of our own debug output: the legs, and why a request ended. No token is in them. */
export function readDebug(text: string): readonly ReadConversation[] {
  const lines = [...text.matchAll(LINE)].map(lineOf)
  const exchanges = lines.flatMap(exchangeOf)
  const refusals = lines.filter(({ event }) => event === 'refused')
  // A refusal may be all that there is of an origin.
  const origins = new Set(exchanges.map(({ origin }) => origin))
  const alone = refusals.flatMap(({ values }) => (origins.has(values.origin ?? '') ? [] : refused(values)))
  return conversationsOf([...exchanges, ...alone], () => ({ client: {} })).map((conversation) => ({
    ...conversation,
    findings: withTold(conversation.findings, conversation.observation.origin, refusals),
  }))
}

function lineOf([, event = '', pairs = '']: RegExpMatchArray): DebugLine {
  const values = [...pairs.matchAll(PAIR)].map(([, key = '', value = '']) => [key, unquoted(value)])
  return { event, values: Object.fromEntries(values) }
}

function unquoted(value: string): string {
  if (!value.startsWith('"')) return value
  try {
    return String(JSON.parse(value))
  } catch {
    return value
  }
}

function exchangeOf({ event, values }: DebugLine): ReadExchange[] {
  const { url = '', method = '', phase, scheme = 'ntlm', offers } = values
  const origin = originOf(url)
  if (event !== 'leg' || origin === '') return []
  const exchange = newExchange(method, url)
  exchange.origin = origin
  exchange.connection = numberOf(values.connection)
  exchange.status = numberOf(values.status)
  // A 407 is the proxy's, in fields of its own.
  const [credentials, challenge] =
    exchange.status === 407
      ? ['proxy-authorization', 'proxy-authenticate']
      : ['authorization', 'www-authenticate']
  exchange.response = offers === undefined ? {} : { [challenge]: offers.split(',') }
  if (phase !== 'negotiate' && phase !== 'authenticate') return [exchange]
  exchange.request[credentials] = [scheme]
  exchange.told = { phase, challenge: challengeOf(values) }
  return [exchange]
}

/** The CHALLENGE that an answer had: its flags, and who made it as `DOMAIN\COMPUTER`. */
function challengeOf({ flags, target }: DebugLine['values']): NtlmFacts | undefined {
  const bits = numberOf(flags)
  if (bits === undefined) return undefined
  const [, domain, computer = ''] = /^([^\\]*)\\?(.*)$/s.exec(target ?? '') ?? []
  return {
    type: 'challenge',
    flags: bits,
    netbiosDomain: domain || undefined,
    netbiosComputer: computer || undefined,
  }
}

/** A request of which nothing but its end is known. */
function refused({ origin = '', code = '' }: Readonly<Record<string, string>>): ReadExchange[] {
  if (originOf(origin) !== origin || origin === '') return []
  return [{ ...newExchange('', ''), origin, pasted: shown(code) }]
}

/** What the program itself has found comes first: it saw the tokens, which are not printed. */
function withTold(
  found: readonly Finding[],
  origin: string,
  refusals: readonly DebugLine[],
): readonly Finding[] {
  const told = new Map<string, Finding>()
  for (const { values } of refusals) {
    if (values.origin !== origin) continue
    const ids = (values.findings ?? '').split(',').filter(isFindingId)
    for (const id of ids) {
      // What the lines show of it themselves says more than the error's message does.
      const own = id === ids[0] ? undefined : found.find((finding) => finding.id === id)
      if (!told.has(id)) told.set(id, own ?? findingOf(id, id === ids[0], values))
    }
  }
  return [...told.values(), ...found.filter(({ id }) => !told.has(id))]
}

function findingOf(
  id: FindingId,
  isFirst: boolean,
  { code = '', message = '', hint }: DebugLine['values'],
): Finding {
  const evidence = `The program reported ${shown(code)}${message === '' ? '.' : `: ${shown(message)}`}`
  const nextStep = isFirst && hint !== undefined ? shown(hint) : FINDINGS[id].nextStep
  return { id, likelihood: isFirst ? 'likely' : 'possible', evidence, nextStep }
}

function isFindingId(id: string): id is FindingId {
  return Object.hasOwn(FINDINGS, id)
}

function numberOf(text: string | undefined): number | undefined {
  const number = Number(text)
  return text !== undefined && Number.isSafeInteger(number) ? number : undefined
}
