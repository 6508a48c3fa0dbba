import type { Finding } from '@ntlmkit/core'

/**
 * Advice that spells a name as source text does (`'LAB\\alice'`) as a command line has it: between quotes, with one
 * backslash.
 */
export function inShell(advice: string): string {
  return advice
    .replaceAll(/'[^'\s]*\\\\[^'\s]*'/g, (quoted) => quoted.replace(/\\{2,}/, '\\'))
    .replace(/ \(two backslashes in source text\)/, '')
    .replace(/: in source text a backslash is two/, '')
}

/** Findings with their advice as a command line has it. */
export function findingsInShell(findings: readonly Finding[]): Finding[] {
  return findings.map((finding) => ({ ...finding, nextStep: inShell(finding.nextStep) }))
}
