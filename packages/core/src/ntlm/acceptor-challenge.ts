import type { NtlmAcceptorOptions } from './acceptor-options.js'
import { AvId, type AvPair } from './av-pairs.js'
import { filetime } from './filetime.js'
import { Flag, hasFlags } from './flags.js'
import type { ChallengeMessage } from './messages.js'
import { LM_FLAGS, VERSION } from './negotiation.js'
import { serviceFlags } from './services.js'

/** The flags an acceptor agrees to when nobody says otherwise. */
export const DEFAULT_ACCEPTOR_FLAGS =
  (Flag.NEGOTIATE_UNICODE |
    Flag.NEGOTIATE_OEM |
    Flag.REQUEST_TARGET |
    Flag.NEGOTIATE_SIGN |
    Flag.NEGOTIATE_SEAL |
    Flag.NEGOTIATE_NTLM |
    Flag.NEGOTIATE_ALWAYS_SIGN |
    Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY |
    Flag.NEGOTIATE_TARGET_INFO |
    Flag.NEGOTIATE_VERSION |
    Flag.NEGOTIATE_128 |
    Flag.NEGOTIATE_KEY_EXCH |
    Flag.NEGOTIATE_56) >>>
  0

/** Offered unasked only where a service needs them. */
const PROTECTION = Flag.NEGOTIATE_SIGN | Flag.NEGOTIATE_SEAL | Flag.NEGOTIATE_KEY_EXCH

/**
 * The CHALLENGE ([MS-NLMP] 3.2.5.1.1; connectionless 3.2.5.2.1).
 *
 * @param offered the NEGOTIATE's flags; undefined where there is no NEGOTIATE.
 */
export function challengeFor(
  offered: number | undefined,
  options: NtlmAcceptorOptions,
  serverChallenge: Uint8Array,
  now: number,
): ChallengeMessage {
  const flags = offered === undefined ? unaskedFlags(options) : answeredFlags(offered, options)
  const { netbiosDomain } = options.names
  const unicode = hasFlags(flags, Flag.NEGOTIATE_UNICODE)
  return {
    flags,
    // In OEM, only ASCII is safe to send; nothing depends on this name.
    targetName: unicode || /^[\x20-\x7e]*$/.test(netbiosDomain) ? netbiosDomain : '',
    serverChallenge,
    targetInfo: hasFlags(flags, Flag.NEGOTIATE_TARGET_INFO) ? targetInfo(options, now) : undefined,
    version: hasFlags(flags, Flag.NEGOTIATE_VERSION) ? VERSION : undefined,
  }
}

function answeredFlags(offered: number, options: NtlmAcceptorOptions): number {
  const willing = willingFlags(options)
  const unasked = willing & (Flag.NEGOTIATE_TARGET_INFO | Flag.REQUEST_NON_NT_SESSION_KEY)
  let flags = (offered & willing) | Flag.TARGET_TYPE_DOMAIN | unasked
  // One character set, one kind of session key ([MS-NLMP] 2.2.2.5).
  if (hasFlags(flags, Flag.NEGOTIATE_UNICODE)) flags &= ~Flag.NEGOTIATE_OEM
  else flags |= Flag.NEGOTIATE_OEM
  if (hasFlags(flags, Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY)) flags &= ~LM_FLAGS
  return flags >>> 0
}

function unaskedFlags(options: NtlmAcceptorOptions): number {
  const willing = willingFlags(options) & ~PROTECTION & ~LM_FLAGS
  return (willing | serviceFlags(options.services) | Flag.TARGET_TYPE_DOMAIN) >>> 0
}

function willingFlags({ flags = DEFAULT_ACCEPTOR_FLAGS, legacy }: NtlmAcceptorOptions): number {
  return legacy?.ntlmV1 === true && legacy.lm === true ? flags | Flag.NEGOTIATE_LM_KEY : flags & ~LM_FLAGS
}

function targetInfo(
  { names, timestamp = true, extraPairs = [] }: NtlmAcceptorOptions,
  now: number,
): AvPair[] {
  const pairs: AvPair[] = []
  const add = (id: number, name: string | undefined) => {
    if (name) pairs.push({ id, value: Buffer.from(name, 'utf16le') })
  }
  add(AvId.NB_DOMAIN_NAME, names.netbiosDomain)
  add(AvId.NB_COMPUTER_NAME, names.netbiosComputer)
  add(AvId.DNS_DOMAIN_NAME, names.dnsDomain)
  add(AvId.DNS_COMPUTER_NAME, names.dnsComputer)
  add(AvId.DNS_TREE_NAME, names.dnsTree)
  if (timestamp) pairs.push({ id: AvId.TIMESTAMP, value: filetime(now) })
  return [...pairs, ...extraPairs]
}
