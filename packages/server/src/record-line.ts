import { type FailedCheck, shown } from '@ntlmkit/core'
import type { RequestRecord } from './request-record.js'
import { shownField } from './shown.js'

/** Advice on the failures that are no fault of the password. */
const HINTS: Partial<Record<FailedCheck, string>> = {
  'mic-missing': 'curl sends none: --mode mic=accept',
  'channel-binding-missing': 'the client knows no Extended Protection: --mode channel-binding=accept',
}

/** Answers that are none of NTLMv2. */
const ANSWERS: Readonly<Record<string, string>> = {
  'ntlm-v1': 'the client answered with NTLMv1',
  'ntlm-v1-ess': 'the client answered with NTLMv1, with extended session security',
  none: 'the response is of no known kind, such as LM alone',
}

/** A record in one line, for a terminal: whatever the client sent, it is one line and moves no cursor. */
export function recordLine(record: RequestRecord): string {
  const { connection, method, path, status, leg, scheme, bodyBytes } = record
  return [
    `#${connection}`,
    shownField(method),
    // A query may have a token.
    shownField(path.replace(/\?.*$/s, '')),
    status === 0 ? 'unanswered' : status,
    leg === 'none' ? undefined : leg,
    scheme,
    record.user === undefined ? undefined : shownField(`${record.domain}\\${record.user}`),
    bodyBytes > 0 ? `${bodyBytes} bytes` : undefined,
    record.mic ? 'MIC' : undefined,
    record.channelBinding && `binding ${shownField(record.channelBinding)}`,
    record.targetName && `for ${shownField(record.targetName)}`,
    record.failed && `failed: ${record.failed}${hint(record)}`,
    record.violation && `violation: ${record.violation}`,
    ...(record.problems ?? []).map((problem) => `problem: ${shown(problem)}`),
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(' ')
}

function hint({ failed, response }: RequestRecord): string {
  const text = failed === 'ntlm-v2' ? ANSWERS[response ?? 'none'] : failed && HINTS[failed]
  return text === undefined ? '' : ` (${text})`
}
