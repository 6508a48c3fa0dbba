import { conversationsOf } from './readers/conversations.js'
import { looksLikeCurl, readCurl } from './readers/curl.js'
import { looksLikeDebug, readDebug } from './readers/debug.js'
import { readHar } from './readers/har.js'
import { looksLikeHeads, readHeads } from './readers/heads.js'
import { readTokens } from './readers/tokens.js'
import type { InputKind, ReadConversation, Reading } from './reading.js'

const EXPECTED =
  'Expected: a token in base64 or hex, header lines with one, a HAR file, the output of curl -v, or that of NODE_DEBUG=ntlmkit.'

/**
 * Reads what somebody pasted or dropped, whatever it is: a token, header lines, a HAR file, the log of `curl -v`, the output of
 * `NODE_DEBUG=ntlmkit`. The tokens in it are decoded, and each conversation is diagnosed. It never throws.
 */
export function readInput(text: string): Reading {
  const problems: string[] = []
  // A file may begin with a byte order mark.
  const { kind, conversations } = read(text.replace(/^\uFEFF/, '').trim(), problems)
  const mayHaveTokens = kind === 'header' || kind === 'har' || kind === 'curl'
  if (mayHaveTokens && !conversations.some(hasToken)) problems.push('There is no token in it.')
  if (kind === 'debug' && conversations.length === 0)
    problems.push('There is no line of a leg or of a refusal in it.')
  return { kind, conversations, problems }
}

type Read = { kind: InputKind; conversations: readonly ReadConversation[] }

function read(text: string, problems: string[]): Read {
  if (/^[[{]/.test(text)) return readJson(text, problems)
  if (looksLikeDebug(text)) return { kind: 'debug', conversations: readDebug(text) }
  if (looksLikeCurl(text)) return { kind: 'curl', conversations: readCurl(text) }
  if (looksLikeHeads(text))
    return { kind: 'header', conversations: conversationsOf(readHeads(text, problems)) }
  const conversations = readTokens(text)
  if (conversations !== undefined) return { kind: 'token', conversations }
  problems.push(
    text === '' ? `There is nothing. ${EXPECTED}` : `This is none of what is read here. ${EXPECTED}`,
  )
  return { kind: 'unknown', conversations: [] }
}

function readJson(text: string, problems: string[]): Read {
  try {
    const conversations = readHar(JSON.parse(text), problems)
    if (conversations !== undefined) return { kind: 'har', conversations }
    problems.push(`This is JSON without log.entries, so it is no HAR file. ${EXPECTED}`)
  } catch {
    problems.push(`This begins as JSON does and is not JSON, or not all of it. ${EXPECTED}`)
  }
  return { kind: 'unknown', conversations: [] }
}

function hasToken({ steps }: ReadConversation): boolean {
  return steps.some(({ token }) => token !== undefined)
}
