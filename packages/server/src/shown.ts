import { shown } from '@ntlmkit/core'

/** Longer than any name or path that people read, short enough for a line. */
const SHOWN_AT_MOST = 200

/** Text from outside, for a line of several fields: in quotes where it could be taken for more than one of them. */
export function shownField(text: string, limit = SHOWN_AT_MOST): string {
  const seen = shown(text, limit)
  return /[\s"]/.test(seen) ? `"${seen.replaceAll('"', '\\"')}"` : seen
}
