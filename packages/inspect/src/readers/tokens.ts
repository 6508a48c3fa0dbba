import { decodeToken } from '../decode-token.js'
import type { DecodedToken } from '../decoded.js'
import type { ReadConversation } from '../reading.js'
import { isCut, tokenBytes } from '../token-text.js'
import { conversationsOf } from './conversations.js'
import { newExchange, type ReadExchange } from './exchange.js'

/** Shorter ones are words. */
const SHORTEST = 16

const CUT = 'The base64 ends in the middle of a byte: characters are missing at its end.'

/** Words of a sentence, which are base64 without the blanks between them; hex in pairs is none. */
function isProse(text: string): boolean {
  return text.trim().split(/\s+/).length > 3 && /[g-z]/i.test(text) && /[a-z] [a-z]/i.test(text)
}

/** Reads a text that is a token, or has one on each line; undefined where it has none. */
export function readTokens(text: string): readonly ReadConversation[] | undefined {
  const tokens = tokensOf(text)
  if (tokens.length === 0) return undefined
  const [conversation] = conversationsOf(tokens.map(pasted))
  if (conversation === undefined) return undefined
  const steps = conversation.steps.map((step, at) => ({
    ...step,
    label: 'token',
    field: undefined,
    token: tokens[at],
  }))
  return [{ ...conversation, steps }]
}

function tokensOf(text: string): DecodedToken[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const each = lines.map(decoded)
  // A token may also be broken into lines, of which the first alone may be readable.
  if (lines.length > 1 && each.every((token) => token !== undefined && token.kind !== 'unknown'))
    return each.filter((token) => token !== undefined)
  const whole = decoded(text)
  return whole === undefined ? [] : [whole]
}

function decoded(text: string): DecodedToken | undefined {
  const bytes = tokenBytes(text)
  if (bytes === undefined) return undefined
  const token = decodeToken(bytes)
  if (token.kind === 'unknown' && (text.trim().length < SHORTEST || isProse(text))) return undefined
  return isCut(text) ? { ...token, problems: [CUT, ...token.problems] } : token
}

/** The message that a token would have stood in. */
function pasted({ kind, ntlm, title, bytes }: DecodedToken): ReadExchange {
  const exchange = newExchange('', '')
  exchange.pasted = 'token'
  const scheme = kind === ntlm?.type ? 'NTLM' : 'Negotiate'
  const field = [`${scheme} ${base64(bytes)}`]
  const isAnswer = ntlm?.type === 'challenge' || (kind === 'neg-token-resp' && ntlm === undefined)
  if (!isAnswer) return { ...exchange, request: { authorization: field } }
  return {
    ...exchange,
    status: title.endsWith('accept-completed') ? 200 : 401,
    response: { 'www-authenticate': field },
  }
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (octet) => String.fromCharCode(octet)).join(''))
}
