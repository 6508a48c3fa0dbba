import type { SeenExchange, ToldLeg } from '../observation.js'

/** An exchange of an input while it is read. */
export interface ReadExchange {
  /** As `URL.origin` writes it; empty where the input does not tell. */
  origin: string
  connection?: number | undefined
  method: string
  url: string
  readonly request: Record<string, string[]>
  status?: number | undefined
  reason?: string | undefined
  response?: Record<string, string[]> | undefined
  httpVersion?: string | undefined
  sentAt?: number | undefined
  answeredAt?: number | undefined
  closed?: boolean | undefined
  /** The field or token that was pasted without a request around it. */
  pasted?: string | undefined
  told?: ToldLeg | undefined
}

export function newExchange(method: string, url: string): ReadExchange {
  return { origin: '', method, url, request: {} }
}

/** Fields that nobody needs for a diagnosis, and that are secrets. */
const LEFT_OUT = /^(?:set-)?cookie2?$|^x-csrf|^x-api-key$/

/** Puts a field in, without what is secret and none of our schemes. */
export function addField(fields: Record<string, string[]>, name: string, value: string): void {
  const key = name.trim().toLowerCase()
  if (key === '' || key === '__proto__' || LEFT_OUT.test(key)) return
  const kept = /^(?:proxy-)?authorization$/.test(key) ? ours(value.trim()) : value.trim()
  const lines = Object.hasOwn(fields, key) ? fields[key] : undefined
  if (lines === undefined) fields[key] = [kept]
  else lines.push(kept)
}

/** Another scheme's credentials are reduced to the scheme. */
function ours(value: string): string {
  return /^(?:ntlm|negotiate)\b/i.test(value) ? value : (/^\S*/.exec(value)?.[0] ?? '')
}

/** The exchange as an observation has it: a field of one line is a string. */
export function seen(exchange: ReadExchange): SeenExchange {
  const { connection, method, url, status, httpVersion, sentAt, answeredAt, closed, told } = exchange
  return {
    connection,
    method,
    url,
    request: fieldsOf(exchange.request),
    status,
    response: exchange.response && fieldsOf(exchange.response),
    httpVersion,
    sentAt,
    answeredAt,
    closed,
    ...(told && { told }),
  }
}

function fieldsOf(fields: Record<string, string[]>): Record<string, string | string[]> {
  return Object.fromEntries(Object.entries(fields).map(([name, lines]) => [name, oneOrAll(lines)]))
}

function oneOrAll(lines: string[]): string | string[] {
  const [first] = lines
  return lines.length === 1 && first !== undefined ? first : lines
}

/** The origin of an absolute URL of http or https; empty for anything else. */
export function originOf(url: string): string {
  if (!/^https?:\/\//i.test(url)) return ''
  try {
    return new URL(url).origin
  } catch {
    return ''
  }
}
