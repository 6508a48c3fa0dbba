import { badOption } from '../errors.js'
import type { AccountStore } from './accounts.js'
import type { AvPair } from './av-pairs.js'
import type { Entropy } from './entropy.js'
import type { LegacyOptions } from './legacy.js'
import type { SessionServices } from './services.js'

/** The names an acceptor gives of itself in its target info ([MS-NLMP] 2.2.2.1). */
export interface TargetNames {
  netbiosDomain: string
  netbiosComputer: string
  dnsDomain?: string | undefined
  dnsComputer?: string | undefined
  dnsTree?: string | undefined
}

/** What an acceptor checks, and what it says of itself. */
export interface NtlmAcceptorOptions {
  /** Asked once for every AUTHENTICATE that names somebody. */
  accounts: AccountStore
  names: TargetNames
  /** MsvAvTimestamp in the challenge: what makes an initiator send a MIC. Default: true. */
  timestamp?: boolean | undefined
  /**
   * With a timestamp: `'require'` a MIC, or `'accept'` an initiator that sends none, as curl does. One that is
   * announced is checked either way. Default: `'require'`, or it could be dropped on the way (CVE-2019-1040).
   */
  mic?: 'require' | 'accept' | undefined
  /**
   * The initiator must name the channel (`'require'`), may (`'accept'`), or is not asked (`'off'`). A wrong one fails
   * in the first two, 16 zero bytes over TLS included. Without an `expectedBinding` there is nothing to name: under
   * `'accept'` a binding that is not zero is meant for another channel and fails, under `'require'` everything does.
   * Default: `'off'`.
   */
  channelBinding?: 'off' | 'accept' | 'require' | undefined
  /** The MsvAvChannelBindings of this connection's certificate, 16 bytes. Default: none, as without TLS. */
  expectedBinding?: Uint8Array | undefined
  /** Tells a target name (SPN) of this service; undefined where none was sent. Default: any will do. */
  spn?: (targetName: string | undefined) => boolean
  /** Who else gets in. Default: neither anonymous users nor guests. */
  allow?: { anonymous?: boolean | undefined; guest?: boolean | undefined } | undefined
  /** `{ ntlmV1: true }` believes NTLMv1 too, which has no MIC and no channel binding. Default: NTLMv2 only. */
  legacy?: LegacyOptions | undefined
  /** What the initiator must agree to; with `datagram`, the connectionless variant. Default: nothing. */
  services?: SessionServices | undefined
  /**
   * The NEGOTIATE flags agreed to when the initiator offers them, and offered themselves where there is no
   * NEGOTIATE; without TARGET_INFO there is no target info. Default: `DEFAULT_ACCEPTOR_FLAGS`.
   */
  flags?: number | undefined
  /** AV pairs after the others. Default: none. */
  extraPairs?: readonly AvPair[] | undefined
  /** Default: the system's clock and random bytes. */
  entropy?: Entropy | undefined
}

/** @throws {NtlmError} ERR_NTLM_CONFIG for a binding that is none. */
export function checkAcceptorOptions({ expectedBinding }: NtlmAcceptorOptions): void {
  if (expectedBinding === undefined || expectedBinding.length === 16) return
  throw badOption(
    `The expectedBinding is ${expectedBinding.length} bytes long, not 16.`,
    'It is the channelBindingFor of the certificate.',
  )
}
