import type { AccountName } from '../account-name.js'
import { AV_FLAG_MIC, AvId, type AvPair, avFlags, findAvPair } from './av-pairs.js'
import type { AuthenticateMessage } from './messages.js'

/** The check an initiator failed: for logs and tests, never for the wire. */
export type FailedCheck =
  | 'ntlm-v2'
  | 'anonymous'
  | 'account'
  | 'password'
  | 'guest'
  | 'target-info'
  | 'session-key'
  | 'mic-missing'
  | 'mic'
  | 'channel-binding-missing'
  | 'channel-binding'
  | 'target-name'
  | 'services'
  | 'mechanism'
  | 'mech-list-mic-missing'
  | 'mech-list-mic'

/** How an identity was proved; `anonymous` proves none. */
export type ResponseKind = 'ntlm-v2' | 'ntlm-v1' | 'ntlm-v1-ess' | 'anonymous'

/** The claims of an AUTHENTICATE, and whether they were believed. */
export interface AcceptorVerdict extends AccountName {
  accepted: boolean
  failed?: FailedCheck
  workstation: string
  /** True where a MIC was announced. */
  mic: boolean
  /** MsvAvChannelBindings in hex; undefined when the pair is absent. */
  channelBinding?: string
  /** MsvAvTargetName. */
  targetName?: string
  /** The kind of response it was; absent for one of no known kind, and when no AUTHENTICATE came so far. */
  response?: ResponseKind
  /** True where the account is one for guests; absent where that is not known. */
  guest?: boolean
}

/** The verdict on a message in which every check passed. */
export function describe(
  message: AuthenticateMessage,
  pairs: readonly AvPair[],
  response: ResponseKind | undefined,
): AcceptorVerdict {
  const binding = findAvPair(pairs, AvId.CHANNEL_BINDINGS)
  const targetName = findAvPair(pairs, AvId.TARGET_NAME)
  return {
    accepted: true,
    user: message.user,
    domain: message.domain,
    workstation: message.workstation,
    mic: (avFlags(pairs) & AV_FLAG_MIC) !== 0,
    channelBinding: binding && Buffer.from(binding).toString('hex'),
    targetName: targetName && Buffer.from(targetName).toString('utf16le'),
    response,
  }
}

/** The verdict where nobody came as far as saying who they are. */
export function refusedUnheard(failed: FailedCheck): AcceptorVerdict {
  return { accepted: false, failed, user: '', domain: '', workstation: '', mic: false }
}
