import type { ReadConversation } from '../reading.js'
import { conversationsOf, relevantOf } from './conversations.js'
import { addField, newExchange, originOf, type ReadExchange } from './exchange.js'

/** An object of a file that may be anything. */
type Unknown = Readonly<Record<string, unknown>>

/** More than anybody records, and read within seconds. */
const MOST = 10_000

/** Reads the entries of a HAR file (HTTP Archive 1.2); undefined for JSON that is none. */
export function readHar(json: unknown, problems: string[]): readonly ReadConversation[] | undefined {
  const { entries: all } = object(object(json).log)
  if (!Array.isArray(all)) return undefined
  const entries = all.slice(0, MOST)
  if (all.length > MOST)
    problems.push(
      `Only the first ${MOST.toLocaleString('en')} of its ${all.length.toLocaleString('en')} entries are read.`,
    )
  const connections = new Map<string, number>()
  const exchanges = entries.flatMap((entry: unknown) => exchangeOf(object(entry), connections))
  if (exchanges.length < entries.length)
    problems.push(`${entries.length - exchanges.length} entries are no requests of http or https.`)
  if (exchanges.some(offersOurs) && !exchanges.some(({ request }) => request.authorization))
    problems.push(
      'The file has no Authorization fields: browsers leave them out unless it is exported with sensitive data.',
    )
  const conversations = conversationsOf(exchanges)
  const relevant = relevantOf(conversations)
  if (relevant.length < conversations.length)
    problems.push(
      `${conversations.length - relevant.length} other origins, where nobody asked for a log-on, are left out.`,
    )
  return relevant
}

function exchangeOf(entry: Unknown, connections: Map<string, number>): ReadExchange[] {
  const [request, response] = [object(entry.request), object(entry.response)]
  const url = string(request.url)
  const origin = originOf(url)
  if (origin === '') return []
  const exchange = newExchange(string(request.method), url)
  exchange.origin = origin
  exchange.connection = numberOf(string(entry.connection), connections)
  addFields(exchange.request, request.headers)
  const at = Date.parse(string(entry.startedDateTime))
  if (Number.isFinite(at)) exchange.sentAt = at
  const status = Number(response.status)
  // Browsers write 0 for an answer that never came.
  if (!(status >= 100)) return [{ ...exchange, closed: response._error === undefined ? undefined : true }]
  exchange.status = status
  exchange.reason = string(response.statusText)
  exchange.httpVersion = versionOf(string(response.httpVersion))
  exchange.response = {}
  addFields(exchange.response, response.headers)
  const time = Number(entry.time)
  if (exchange.sentAt !== undefined && time >= 0) exchange.answeredAt = exchange.sentAt + time
  return [exchange]
}

function addFields(fields: Record<string, string[]>, headers: unknown): void {
  if (!Array.isArray(headers)) return
  for (const header of headers.map(object)) {
    // Firefox and Chromium write the lines of one field into one value.
    for (const line of string(header.value).split('\n')) addField(fields, string(header.name), line)
  }
}

/** HAR names connections as it likes. */
function numberOf(name: string, connections: Map<string, number>): number | undefined {
  if (name === '' || name === '0') return undefined
  const known = connections.get(name) ?? connections.size + 1
  connections.set(name, known)
  return known
}

/** `http/2.0`, `h2` and `HTTP/1.1` are all written. */
function versionOf(written: string): string | undefined {
  const version = /^h(?:ttp\/)?([\d.]+)/i.exec(written)?.[1]
  return version?.replace(/^([23])\.0$/, '$1')
}

function offersOurs({ response = {} }: ReadExchange): boolean {
  return [...(response['www-authenticate'] ?? [])].some((line) => /\b(?:ntlm|negotiate)\b/i.test(line))
}

function object(value: unknown): Unknown {
  return typeof value === 'object' && value !== null ? (value as Unknown) : {}
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}
