import type { Reply } from '#clients'
import type { DrawnRequest } from './request-source.js'

/** How a request ended, in a word: `200`, `503`, or the code of the error. */
export type Ending = string

/** What a client may be answered here; anything else is a fault of somebody. */
const STATUSES: ReadonlySet<number> = new Set([200, 401, 421, 431, 500, 503])

/** Errors of ours that the faults of a run lead to: a challenge is bad, too, when another status comes in its place. */
const OURS: ReadonlySet<string> = new Set([
  'ERR_NTLM_BAD_CHALLENGE',
  'ERR_NTLM_CONNECTION_CLOSED',
  'ERR_NTLM_TIMEOUT',
  'ERR_NTLM_CHANNEL_BINDING',
])

/** The clients' own: lost and broken connections, what is no HTTP, TLS, timeouts, and the caller's aborts. */
const THEIRS =
  /^(?:ECONNRESET|EPIPE|ECONNABORTED|ETIMEDOUT|EPROTO|UND_ERR_SOCKET|UND_ERR_(?:HEADERS|BODY)_TIMEOUT|HPE_\w+|HTTPParserError|ERR_SSL_\w+|TEST_TIMEOUT|TimeoutError|AbortError|ABORT_ERR|ERR_CANCELED|ERR_ABORTED|ERR_BAD_RESPONSE)$/

/** Of these, the ones that a patience which is over has, or a caller who gave up: more of them on a slow machine. */
const IMPATIENT =
  /^(?:ERR_NTLM_TIMEOUT|ETIMEDOUT|ECONNABORTED|UND_ERR_(?:HEADERS|BODY)_TIMEOUT|TEST_TIMEOUT|TimeoutError|AbortError|ABORT_ERR|ERR_CANCELED|ERR_ABORTED)$/

export function isImpatience(ending: Ending): boolean {
  return IMPATIENT.test(ending)
}

export function isExpected(ending: Ending): boolean {
  return STATUSES.has(Number(ending)) || OURS.has(ending) || THEIRS.test(ending)
}

/** The code of an error or of its first cause with one, or else the name of the last cause. */
export function codeOf(error: unknown): Ending {
  if (!(error instanceof Error)) return String(error)
  const { code, cause, name } = error as NodeJS.ErrnoException
  // A credential cools down when connections closed on it twice (rules.md, Log-ons): the faults lead to that too.
  if (code === 'ERR_NTLM_REJECTED' && cause instanceof Error) return codeOf(cause)
  if (typeof code === 'string') return code
  return cause instanceof Error ? codeOf(cause) : name
}

/** What is wrong with an answer that is a success; undefined for nothing. */
export function wrongIn({ index, user, method, length }: DrawnRequest, reply: Reply): string | undefined {
  const { headers, text, json } = reply
  if (headers['x-case'] !== String(index)) return `the answer to request ${headers['x-case']}`
  if (headers['x-user'] !== encodeURIComponent(user)) return `the answer to ${headers['x-user']}`
  if (method === 'HEAD') return undefined
  if (Buffer.byteLength(text) !== Number(headers['content-length'])) return `a cut answer, of ${text.length}`
  // Cut where its Content-Length says so: the server is the one that is wrong.
  if (json === undefined) return undefined
  if (json.user !== user) return `a body for ${json.user}`
  if (json.method !== method || json.bodyBytes !== length) return 'a body for another request'
  return undefined
}
