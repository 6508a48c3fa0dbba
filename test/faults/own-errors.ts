import type { ClientUnderTest, OwnError } from './clients.js'
import type { Seen } from './run-case.js'
import type { Result } from './table/index.js'

type Codes = Readonly<Record<OwnError, RegExp>>

/** What undici's errors say, and Node's where they come from the socket. */
const UNDICI: Codes = {
  'connection lost': /^(?:UND_ERR_SOCKET|ECONNRESET|EPIPE)$/,
  'answer cut short': /^(?:UND_ERR_SOCKET|ECONNRESET)$/,
  'parse error': /^HTTPParserError$/,
  // Where the socket meets the alert with a leg, Node says it.
  'TLS error': /^(?:ERR_SSL_|EPROTO$)/,
  timeout: /^UND_ERR_(?:HEADERS|BODY)_TIMEOUT$/,
  abort: /^AbortError$/,
}

const NODE: Codes = {
  'connection lost': /^(?:ECONNRESET|EPIPE)$/,
  'answer cut short': /^ECONNRESET$/,
  'parse error': /^HPE_/,
  'TLS error': /^(?:ERR_SSL_|EPROTO$)/,
  // Of an answer that has begun, node:http says only that it was aborted.
  timeout: /^(?:TEST_TIMEOUT|ECONNRESET)$/,
  abort: /^ABORT_ERR$/,
}

/** What each client calls its own errors: the code of the error or of its first cause with one, or else the name. */
const OWN_ERRORS: Readonly<Record<string, Codes>> = {
  'undici request': UNDICI,
  'undici fetch': { ...UNDICI, timeout: /^TimeoutError$/ },
  'the fetch of Node': { ...UNDICI, timeout: /^TimeoutError$/ },
  'http.request': NODE,
  axios: {
    ...NODE,
    'answer cut short': /^ERR_BAD_RESPONSE$/,
    timeout: /^ECONNABORTED$/,
    abort: /^ERR_CANCELED$/,
  },
  got: { ...NODE, timeout: /^ETIMEDOUT$/, abort: /^ERR_ABORTED$/ },
  'got stream': { ...NODE, timeout: /^ETIMEDOUT$/, abort: /^ERR_ABORTED$/ },
}

/** Whether a request ended as the table says. */
export function accepts({ name }: ClientUnderTest, result: Result, end: Seen['end']): boolean {
  if ('reply' in end) return result === `response ${end.reply.status}`
  const code = codeOf(end.error)
  return result in OWN_ERRORS[name] ? OWN_ERRORS[name][result as OwnError].test(code) : code === result
}

export function codeOf(error: unknown): string {
  for (
    let each = error as Partial<NodeJS.ErrnoException> | undefined;
    each;
    each = each.cause as typeof each
  ) {
    // undici has the parser's own code there, or none at all.
    if (each.name === 'HTTPParserError') return each.name
    if (typeof each.code === 'string') return each.code
  }
  const { name, message } = error as Error
  return name === 'Error' ? message : name
}
