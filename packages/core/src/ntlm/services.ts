import { NtlmError } from '../errors.js'
import { Flag, flagNames } from './flags.js'
import type { LegacyOptions } from './legacy.js'
import { sealingStrength } from './session-keys.js'

/** The services an application asks of a context before it is made ([MS-NLMP] 3.1.1.2). */
export interface SessionServices {
  /** Messages can be signed. Default: false. */
  integrity?: boolean | undefined
  /** A message that repeats is noticed: by its number, so the same as `integrity`. Default: false. */
  replayDetect?: boolean | undefined
  /** Messages out of order are noticed: by their numbers, so the same as `integrity`. Default: false. */
  sequenceDetect?: boolean | undefined
  /** Messages can be sealed, and signed. Default: false. */
  confidentiality?: boolean | undefined
  /** The connectionless variant: the CHALLENGE comes first, and messages may be lost or reordered. Default: false. */
  datagram?: boolean | undefined
  /** The weakest sealing to put up with, in bits; 56 and 40 protect from nobody. Default: 128. */
  minimumStrength?: 128 | 56 | 40 | undefined
}

const SIGNING = (Flag.NEGOTIATE_SIGN | Flag.NEGOTIATE_KEY_EXCH) >>> 0

/** The flags that ask for these services, beyond those of every handshake. */
export function serviceFlags(services: SessionServices = {}): number {
  const { integrity, replayDetect, sequenceDetect, confidentiality, datagram } = services
  let flags = 0
  if (integrity || replayDetect || sequenceDetect || confidentiality) flags |= SIGNING
  if (confidentiality) flags |= Flag.NEGOTIATE_SEAL
  if (datagram) flags |= Flag.NEGOTIATE_DATAGRAM | Flag.NEGOTIATE_KEY_EXCH
  return flags >>> 0
}

/**
 * The flags without which the services that were asked for do not exist. Key exchange is one only where there is
 * no NEGOTIATE ([MS-NLMP] 1.3.1.2); elsewhere the key of the response does as well.
 */
export function missingServices(services: SessionServices | undefined, agreed: number): number {
  if (services === undefined) return 0
  let needed = serviceFlags(services)
  if (!services.datagram) needed &= ~Flag.NEGOTIATE_KEY_EXCH
  if (services.confidentiality) needed |= strengthFlags(services.minimumStrength ?? 128, agreed)
  return (needed & ~agreed) >>> 0
}

/**
 * The initiator's half. Sealing takes extended session security as well, unless `legacy` does without: its checksum is
 * a CRC-32 otherwise ([MS-NLMP] 3.4.4.1), which does not notice a sealed message that was changed.
 *
 * @throws {NtlmError} ERR_NTLM_DOWNGRADE naming the flags that the other side does not grant.
 */
export function requireServices(
  services: SessionServices | undefined,
  agreed: number,
  legacy?: LegacyOptions,
): void {
  const extended =
    services?.confidentiality && legacy?.ntlmV1 !== true ? Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY : 0
  const missing = (missingServices(services, agreed | extended) | (extended & ~agreed)) >>> 0
  if (missing === 0) return
  const names = flagNames(missing).join(' and ')
  throw new NtlmError('ERR_NTLM_DOWNGRADE', `The services asked for need ${names}, which is missing.`, {
    phase: 'challenge',
    hint: `The other side cannot do it, or somebody between took the flag away. Only if less will do: ${lessFor(missing)}.`,
  })
}

/** The option that asks for less. */
function lessFor(missing: number): string {
  if (missing === Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY) return 'legacy: { ntlmV1: true }'
  if ((missing & Flag.NEGOTIATE_128) !== 0) return 'services: { minimumStrength: 56 }'
  if ((missing & Flag.NEGOTIATE_56) !== 0) return 'services: { minimumStrength: 40 }'
  return 'leave it out of services'
}

function strengthFlags(minimum: 128 | 56 | 40, agreed: number): number {
  if (sealingStrength(agreed) >= minimum) return 0
  const extended = Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY
  return minimum === 56 ? Flag.NEGOTIATE_56 : Flag.NEGOTIATE_128 | extended
}
