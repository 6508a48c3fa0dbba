import type { ReadConversation } from '../reading.js'
import { conversationsOf } from './conversations.js'
import { newExchange, originOf, type ReadExchange } from './exchange.js'

/** A line of `NODE_DEBUG=ntlmkit`: what Node puts in front, and the rest. */
const LINE = /^.*?\bNTLMKIT \d+: (.*)$/gm

const URL_WORD = /\bhttps?:\/\/[^\s"'<>]+/
const LEG = /\b(negotiate|challenge|authenticate|request)\b/
const SCHEMES = /\b(ntlm|negotiate)\b/gi

export function looksLikeDebug(text: string): boolean {
  return /^.*?\bNTLMKIT \d+: /m.test(text)
}

/**
 * Reads the lines that `NODE_DEBUG=ntlmkit` prints: one for each leg, and one for each failure. They have no tokens, so that
 * nothing secret is in them.
 */
export function readDebug(text: string): readonly ReadConversation[] {
  const exchanges = [...text.matchAll(LINE)].flatMap(([, line = '']) => exchangeOf(line))
  return conversationsOf(exchanges)
}

function exchangeOf(line: string): ReadExchange[] {
  const url = URL_WORD.exec(line)?.[0].replace(/[:,;.]$/, '') ?? ''
  const method = /\b(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|[A-Z]{3,12})(?= )/.exec(
    line.replace(url, ''),
  )?.[1]
  const origin = originOf(url)
  if (origin === '' || method === undefined) return []
  const exchange = newExchange(method, url)
  exchange.origin = origin
  const number = /\bconnection=(\d+)/.exec(line)?.[1]
  if (number !== undefined) exchange.connection = Number(number)
  const words = line.replace(url, '')
  const status = /(?:: |\bstatus=| )([1-5]\d\d)\b/.exec(words)?.[1]
  if (status !== undefined) {
    exchange.status = Number(status)
    exchange.response = offers(words)
  }
  const leg = LEG.exec(words)?.[1]
  const [scheme = 'ntlm'] = [...words.replace(LEG, '').matchAll(SCHEMES)].map(([name]) => name)
  if (leg === 'negotiate' || leg === 'authenticate') exchange.request.authorization = [scheme]
  return [exchange]
}

/** `offers=ntlm,negotiate`. */
function offers(words: string): Record<string, string[]> {
  const [, list] = /\boffers?=(\S+)/.exec(words) ?? []
  return list === undefined ? {} : { 'www-authenticate': list.split(',') }
}
