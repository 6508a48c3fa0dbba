import { type Finding, NtlmError, type NtlmErrorCode, shown } from '@ntlmkit/core'
import { ExitCode } from './exit-codes.js'
import { findingsInShell, inShell } from './in-shell.js'
import { IS_THIS_HTTPS, systemErrorInLines, type UrlScheme } from './system-error.js'
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

/**
 * An error of ours or of the system's, for people; without a stack.
 *
 * @param scheme of the URL that was asked for.
 */
export function errorInLines(error: unknown, scheme?: UrlScheme): ToldError {
  const ours = ntlmErrorIn(error)
  if (ours === undefined) return { ...systemErrorInLines(innermost(error), scheme), findings: [] }
  const { code, message, hint, findings } = ours
  const told = `${message} (${code})`
  if (scheme === 'http:' && wasNeverAnswered(ours)) {
    return { message: told, hint: IS_THIS_HTTPS, exitCode: ExitCode.NO_CONNECTION, findings: [] }
  }
  return {
    message: told,
    hint: inShell(hint),
    exitCode: EXIT_CODES[code] ?? ExitCode.BROKEN,
    findings: findingLines(findingsInShell(findings)),
  }
}

/** The first leg found no HTTP: the connection closed before anything was seen. */
function wasNeverAnswered({ code, phase, findings }: NtlmError): boolean {
  return code === 'ERR_NTLM_CONNECTION_CLOSED' && phase === 'negotiate' && findings.length === 0
}

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
