import type { SeenExchange, ToldLeg } from '../observation.js'
import { keptOf, withoutSecrets } from './kept.js'

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
  return { origin: '', method, url: withoutSecrets(url), request: {} }
}

/** Puts a field in, as far as it is kept. */
export function addField(fields: Record<string, string[]>, name: string, value: string): void {
  const key = name.trim().toLowerCase()
  const kept = keptOf(key, value.trim())
  if (kept === undefined) return
  const lines = Object.hasOwn(fields, key) ? fields[key] : undefined
  if (lines === undefined) fields[key] = [kept]
  else lines.push(kept)
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
