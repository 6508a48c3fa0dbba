/** The warnings that are given of mistakes that nobody finds, by their code. */
export type WarningCode =
  | 'NTLMKIT_ORIGIN_NOT_LISTED'
  | 'NTLMKIT_AGENT_BYPASSED'
  | 'NTLMKIT_DISPATCHER_IGNORED'

/** Subjects that are remembered: whoever is redirected to ever new origins is told of so many and of no more. */
const MAX_SUBJECTS = 100

const warned = new Map<WarningCode, Set<string>>()

/**
 * Gives a warning of the process, once for each subject: an origin, a run-time. Node prints it on stderr unless it is told
 * not to, by `--disable-warning=CODE` for one.
 */
export function warnOnce(code: WarningCode, subject: string, text: string): void {
  const subjects = warned.get(code) ?? new Set()
  warned.set(code, subjects)
  if (subjects.has(subject) || subjects.size >= MAX_SUBJECTS) return
  subjects.add(subject)
  process.emitWarning(text, { type: 'NtlmkitWarning', code })
}

/** @internal For tests: every subject is new again. */
export function forgetWarnings(): void {
  warned.clear()
}
