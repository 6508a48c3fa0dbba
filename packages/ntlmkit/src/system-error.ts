import { shown } from '@ntlmkit/core'
import { ExitCode } from './exit-codes.js'
import { refusedIn, trustHint } from './trust.js'

/** A failure of the system's, for people. */
export interface ToldSystemError {
  readonly message: string
  readonly hint: string
  readonly exitCode: ExitCode
}

/** The scheme of the URL that was asked for. */
export type UrlScheme = 'http:' | 'https:'

interface Told {
  /** For what the system says of it in words of its own. */
  readonly message?: (error: NodeJS.ErrnoException) => string
  readonly hint: (error: NodeJS.ErrnoException, scheme: UrlScheme | undefined) => string
  readonly exitCode: ExitCode
}

/** The question for whoever asked in the clear and got no answer of HTTP. */
export const IS_THIS_HTTPS = 'Is this https? Look at the scheme and the port in the URL.'

/** How a failure of the system's is told, by its code. */
const BY_CODE: readonly (readonly [code: RegExp, told: Told])[] = [
  [
    /^(ENOTFOUND|EAI_AGAIN)$/,
    inAnyCase('The name is unknown: look at the host in the URL, and at the VPN.', ExitCode.NO_CONNECTION),
  ],
  [
    /^ECONNREFUSED$/,
    inAnyCase('Nothing listens there: look at the port in the URL.', ExitCode.NO_CONNECTION),
  ],
  [
    /^(CERT_|ERR_TLS_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/,
    {
      hint: (error) => trustHint(error.code ?? '', refusedIn(error)),
      exitCode: ExitCode.NO_CONNECTION,
    },
  ],
  [
    /^(EPROTO|ERR_SSL_)/,
    {
      message: (error) => `No TLS came about: ${reasonOf(error)}.`,
      hint: tlsHint,
      exitCode: ExitCode.NO_CONNECTION,
    },
  ],
  [
    /^HPE_/,
    {
      message: ({ code }) => `What answers there speaks no HTTP (${code}).`,
      hint: (_error, scheme) => (scheme === 'https:' ? 'Look at the port in the URL.' : IS_THIS_HTTPS),
      exitCode: ExitCode.NO_CONNECTION,
    },
  ],
  [
    /^(ECONNRESET|EPIPE)$/,
    {
      message: () => 'The connection closed before an answer came.',
      hint: (_error, scheme) =>
        scheme === 'https:' ? 'Look at the port in the URL, and at what is in between.' : IS_THIS_HTTPS,
      exitCode: ExitCode.NO_CONNECTION,
    },
  ],
  [
    /^(ECONN|ETIMEDOUT|EHOST|ENET|UND_ERR)/,
    inAnyCase('The connection broke: look at the host and the port, and at the VPN.', ExitCode.NO_CONNECTION),
  ],
  [
    /^(ENOENT|EISDIR|ENOTDIR|EACCES|EPERM|ENOSPC)$/,
    inAnyCase('Look at the path and its permissions.', ExitCode.USAGE),
  ],
]

const UNKNOWN = inAnyCase('NODE_DEBUG=ntlmkit shows every step.', ExitCode.BROKEN)

/** Tells a failure that is none of ours. */
export function systemErrorInLines(
  error: NodeJS.ErrnoException,
  scheme: UrlScheme | undefined,
): ToldSystemError {
  const { code = '' } = error
  const { message, hint, exitCode } = BY_CODE.find(([pattern]) => pattern.test(code))?.[1] ?? UNKNOWN
  const said = error.message.trim() || code || 'It failed without a word.'
  return { message: shown(message?.(error) ?? said, 500), hint: hint(error, scheme), exitCode }
}

function inAnyCase(hint: string, exitCode: ExitCode): Told {
  return { hint: () => hint, exitCode }
}

/** OpenSSL's reason without its addresses, files and lines. */
function reasonOf(error: NodeJS.ErrnoException): string {
  const { reason, code = '', message } = error as NodeJS.ErrnoException & { reason?: string }
  const inMessage = /:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+):/i.exec(message)?.[1]
  return `${reason ?? inMessage ?? message.trim()} (${code})`
}

function tlsHint(error: NodeJS.ErrnoException): string {
  const reason = reasonOf(error)
  if (/no.application.protocol/i.test(reason)) {
    return 'The server takes h2 alone, and NTLM needs HTTP/1.1: turn HTTP/1.1 on there.'
  }
  if (/wrong version number|http request|unknown protocol|packet length too long/i.test(reason)) {
    return 'Is this http? What answers there speaks no TLS: look at the scheme and the port in the URL.'
  }
  return 'Look at the scheme and the port in the URL, and at the versions of TLS that the server takes.'
}
