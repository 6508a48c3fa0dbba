import type { LegEvent } from '@ntlmkit/core'
import { decodeToken } from '@ntlmkit/inspect'

/** What a CHALLENGE says, for who watches: nothing, where the token is none. */
export function challengeFacts(token: string | undefined): Pick<LegEvent, 'flags' | 'target'> {
  const ntlm = token === undefined ? undefined : decodeToken(Buffer.from(token, 'base64')).ntlm
  if (ntlm?.type !== 'challenge') return { flags: undefined, target: undefined }
  const names = [ntlm.netbiosDomain, ntlm.netbiosComputer].filter(Boolean)
  return { flags: ntlm.flags, target: names.length > 0 ? names.join('\\') : ntlm.targetName }
}
