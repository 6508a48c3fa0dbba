import type { NtlmError } from '@ntlmkit/core'
import { decodeToken } from '@ntlmkit/inspect'

/** More than a token of any client has; the record of a hostile one stays short. */
const MOST = 5

/**
 * The faults of a token that was refused, for its record: what verification stumbled over, then what else is wrong with
 * it. The client is not told.
 */
export function problemsOf(bytes: Uint8Array, error?: NtlmError): readonly string[] {
  const { problems } = decodeToken(bytes)
  return [...new Set([...(error ? [error.message] : []), ...problems])].slice(0, MOST)
}
