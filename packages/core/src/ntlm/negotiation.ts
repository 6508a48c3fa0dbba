import { malformed } from '../errors.js'
import { Flag, HTTP_FLAGS } from './flags.js'
import { type SessionServices, serviceFlags } from './services.js'

/** Windows 10, NTLMSSP revision 15 ([MS-NLMP] 2.2.2.10); nothing reads it but a protocol analyser. */
export const VERSION = Buffer.from([10, 0, 0, 0, 0, 0, 0, 0x0f])

/** The flags that make session keys out of the LM hash. */
export const LM_FLAGS = (Flag.NEGOTIATE_LM_KEY | Flag.REQUEST_NON_NT_SESSION_KEY) >>> 0

/** The flags that an initiator offers; connectionless, those it will agree to. */
export function offeredFlags(services: SessionServices | undefined, knowsLmHash: boolean): number {
  const lmKey = knowsLmHash && services?.confidentiality ? Flag.NEGOTIATE_LM_KEY : 0
  return (HTTP_FLAGS | serviceFlags(services) | lmKey) >>> 0
}

/**
 * The flags that both sides set, and the character set that the acceptor chose.
 *
 * @throws {NtlmError} ERR_NTLM_BAD_CHALLENGE where it chose none ([MS-NLMP] 2.2.2.5, flags A and B).
 */
export function agreedFlags(ours: number, theirs: number): number {
  if ((theirs & (Flag.NEGOTIATE_UNICODE | Flag.NEGOTIATE_OEM)) === 0) {
    throw malformed('The challenge chooses no character set.')
  }
  const agreed = theirs & (ours | Flag.NEGOTIATE_TARGET_INFO)
  const charset = theirs & Flag.NEGOTIATE_UNICODE ? Flag.NEGOTIATE_UNICODE : Flag.NEGOTIATE_OEM
  return (agreed | charset) >>> 0
}
