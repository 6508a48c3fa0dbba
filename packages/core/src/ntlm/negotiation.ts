import { malformed, NtlmError } from '../errors.js'
import { Flag, flagNames, HTTP_FLAGS, hasFlags, NTLM_V2_FLAGS } from './flags.js'
import type { LegacyOptions } from './legacy.js'
import { type SessionServices, serviceFlags } from './services.js'

/** Windows 10, NTLMSSP revision 15 ([MS-NLMP] 2.2.2.10); nothing reads it but a protocol analyser. */
export const VERSION = Buffer.from([10, 0, 0, 0, 0, 0, 0, 0x0f])

/** What makes session keys out of the LM hash. */
export const LM_FLAGS = (Flag.NEGOTIATE_LM_KEY | Flag.REQUEST_NON_NT_SESSION_KEY) >>> 0

/** What an initiator offers; connectionless, what it will agree to. */
export function offeredFlags(services: SessionServices | undefined, knowsLmHash: boolean): number {
  const lmKey = knowsLmHash && services?.confidentiality ? Flag.NEGOTIATE_LM_KEY : 0
  return (HTTP_FLAGS | serviceFlags(services) | lmKey) >>> 0
}

/**
 * What both sides said, and the character set that the acceptor chose.
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

/** @throws {NtlmError} ERR_NTLM_DOWNGRADE for a challenge that leaves NTLMv1 only, unless that is allowed. */
export function refuseDowngrade(flags: number, legacy: LegacyOptions | undefined): void {
  if (hasFlags(flags, NTLM_V2_FLAGS) || legacy?.ntlmV1 === true) return
  const missing = flagNames(NTLM_V2_FLAGS & ~flags).join(' and ')
  throw new NtlmError('ERR_NTLM_DOWNGRADE', `The challenge leaves NTLMv1 only: ${missing} is missing.`, {
    phase: 'challenge',
    hint: 'The server is too old or set to NTLMv1, or somebody between took the flag away: let the server do NTLMv2.',
  })
}
