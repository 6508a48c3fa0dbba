import { type Finding, NtlmError, type NtlmErrorCode, shown } from '@ntlmkit/core'
import { ExitCode } from './exit-codes.js'
import { findingsInShell, inShell } from './in-shell.js'
import { wrapped } from './wrap.js'

/** A failure as it is told: a line, a hint, and what else is known. */
export interface ToldError {
  readonly message: string
  readonly hint: string
  readonly exitCode: ExitCode
  readonly findings: readonly string[]
}

const EXIT_CODES: Partial<Record<NtlmErrorCode, ExitCode>> = {
  ERR_NTLM_CONFIG: ExitCode.USAGE,
  ERR_NTLM_REJECTED: ExitCode.REJECTED,
  ERR_NTLM_NOT_OFFERED: ExitCode.NOT_OFFERED,
  ERR_NTLM_PROXY: ExitCode.NOT_OFFERED,
  ERR_NTLM_TIMEOUT: ExitCode.NO_CONNECTION,
}

/** An error of ours or of the system's, for people; without a stack. */
export function errorInLines(error: unknown): ToldError {
  const ours = ntlmErrorIn(error)
  if (ours) {
    const { code, message, hint, findings } = ours
    const exitCode = EXIT_CODES[code] ?? ExitCode.BROKEN
    return {
      message: `${message} (${code})`,
      hint: inShell(hint),
      exitCode,
      findings: findingLines(findingsInShell(findings)),
    }
  }
  const inner = innermost(error)
  const { code = '' } = inner as NodeJS.ErrnoException
  const message = shown(inner.message || code || 'It failed without a word.', 500)
  const [, hint, exitCode] = SYSTEM_ERRORS.find(([pattern]) => pattern.test(code)) ?? UNKNOWN
  return { message, hint, exitCode, findings: [] }
}

type SystemError = readonly [code: RegExp, hint: string, exitCode: ExitCode]

/** How a failure of the system's is told, by its code. */
const SYSTEM_ERRORS: readonly SystemError[] = [
  [
    /^(ENOTFOUND|EAI_AGAIN)$/,
    'The name is unknown: look at the host in the URL, and at the VPN.',
    ExitCode.NO_CONNECTION,
  ],
  [/^ECONNREFUSED$/, 'Nothing listens there: look at the port in the URL.', ExitCode.NO_CONNECTION],
  [
    /^(CERT_|ERR_TLS_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/,
    'The certificate is not trusted: name the file of its authority with --cacert.',
    ExitCode.NO_CONNECTION,
  ],
  [
    /^(EPROTO|ERR_SSL_)/,
    'No TLS came about: look at the scheme and the port in the URL.',
    ExitCode.NO_CONNECTION,
  ],
  [
    /^(ECONN|ETIMEDOUT|EHOST|ENET|EPIPE|HPE_|UND_ERR)/,
    'The connection broke: NODE_DEBUG=ntlmkit shows how far it came.',
    ExitCode.NO_CONNECTION,
  ],
  [/^(ENOENT|EISDIR|ENOTDIR|EACCES|EPERM|ENOSPC)$/, 'Look at the path and its permissions.', ExitCode.USAGE],
]

const UNKNOWN: SystemError = [/^/, 'NODE_DEBUG=ntlmkit shows every step.', ExitCode.BROKEN]

/** Findings in lines: what it is, what shows it, what to do. */
export function findingLines(findings: readonly Finding[], width = 80): string[] {
  return findings.flatMap(({ id, likelihood, evidence, nextStep }) => [
    ...wrapped(`${id} (${likelihood}): ${shown(evidence, 500)}`, width, '  '),
    ...wrapped(shown(nextStep, 500), width, '    '),
  ])
}

/** The one that began it: what waited for it has it as its cause. */
function ntlmErrorIn(error: unknown): NtlmError | undefined {
  let found: NtlmError | undefined
  for (let each = error; each instanceof Error; each = each.cause) {
    if (each instanceof NtlmError) found = each
  }
  return found
}

function innermost(error: unknown): Error {
  let each = error instanceof Error ? error : new Error(String(error))
  while (each.cause instanceof Error) each = each.cause
  return each
}
