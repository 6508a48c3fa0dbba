import type { Reading } from '@ntlmkit/inspect'
import { jsonText } from '../json.js'
import type { Check } from './checks.js'

/** A reading for programs: without the tokens themselves, which their fields describe. */
export function readingJson({ kind, conversations, problems }: Reading, checks: readonly Check[]): string {
  const told = {
    kind,
    conversations: conversations.map(({ observation, steps, findings }) => ({
      origin: observation.origin,
      steps: steps.map(({ token, ...step }) => ({
        ...step,
        ...(token && { token: { ...token, bytes: token.bytes.length } }),
      })),
      findings,
    })),
    checks,
    problems,
  }
  return jsonText(told)
}
