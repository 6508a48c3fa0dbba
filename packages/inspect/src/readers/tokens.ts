import { decodeToken } from '../decode-token.js'
import type { DecodedToken } from '../decoded.js'
import type { ReadConversation } from '../reading.js'
import { tokenBytes } from '../token-text.js'
import { conversationsOf } from './conversations.js'
import { newExchange, type ReadExchange } from './exchange.js'

/** Shorter ones are words. */
const SHORTEST = 16

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
  return token.kind === 'unknown' && text.trim().length < SHORTEST ? undefined : token
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
