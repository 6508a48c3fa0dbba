import { decodeToken } from '../decode-token.js'
import type { ReadStep } from '../reading.js'
import { shown } from '../shown.js'
import { tokenBytes } from '../token-text.js'
import type { ReadExchange } from './exchange.js'

/** A token of ours in a field, which may have several challenges. */
const TOKEN = /\b(?:NTLM|Negotiate)[ \t]+([A-Za-z\d+/_-]{4,}=*)/gi

/** Field names as people write them. */
const REQUEST_FIELDS = ['Authorization', 'Proxy-Authorization']
const RESPONSE_FIELDS = ['WWW-Authenticate', 'Proxy-Authenticate']

/** The lines that an exchange has in a time line: a message each, and one more for each further token in it. */
export function stepsOf(exchange: ReadExchange): ReadStep[] {
  const { connection, method, url, request, response, status, reason = '' } = exchange
  const target = url === '' || originOf(url) ? url : exchange.origin + url
  const asked = exchange.pasted ?? shown(`${method} ${target}`)
  const answered = exchange.pasted ?? shown(`${status ?? ''} ${reason}`.trim())
  const steps = { connection, request: { direction: 'request', label: asked, at: exchange.sentAt } } as const
  return [
    ...(exchange.pasted !== undefined && response !== undefined
      ? []
      : messages(request, REQUEST_FIELDS, { ...steps.request, connection })),
    ...(response === undefined
      ? []
      : messages(response, RESPONSE_FIELDS, {
          direction: 'response',
          label: answered,
          connection,
          at: exchange.answeredAt,
        })),
  ]
}

function originOf(url: string): boolean {
  return /^[a-z]+:|^[^/]+:\d+$/i.test(url)
}

function messages(fields: Record<string, string[]>, names: readonly string[], step: ReadStep): ReadStep[] {
  const tokens = names.flatMap((field) => tokensOf(fields[field.toLowerCase()] ?? [], field))
  return tokens.length === 0 ? [step] : tokens.map((token) => ({ ...step, ...token }))
}

function tokensOf(lines: readonly string[], field: string): Pick<ReadStep, 'field' | 'token'>[] {
  return lines.flatMap((line) =>
    [...line.matchAll(TOKEN)].flatMap(([, text = '']) => {
      const bytes = tokenBytes(text)
      return bytes === undefined ? [] : [{ field, token: decodeToken(bytes) }]
    }),
  )
}
