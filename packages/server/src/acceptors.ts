import {
  type Acceptor,
  type AvPair,
  DEFAULT_ACCEPTOR_FLAGS,
  Flag,
  NtlmAcceptor,
  type NtlmAcceptorOptions,
  type Scheme,
  SpnegoAcceptor,
} from '@ntlmkit/core'
import type { ResolvedAuthOptions } from './auth-options.js'

/** An AvId nobody has given a meaning: what does not know it passes it on. */
const PADDING = 0x7f00

/** The acceptor of one handshake: of NTLM, or within `Negotiate` SPNEGO, which takes bare NTLM messages too. */
export function acceptorFor(
  options: ResolvedAuthOptions,
  scheme: Scheme,
  expectedBinding: Uint8Array | undefined,
): Acceptor {
  const mechanism = new NtlmAcceptor(acceptorOptions(options, expectedBinding))
  if (scheme === 'ntlm') return mechanism
  return new SpnegoAcceptor({ mechanism, mechListMic: options.mechListMic })
}

function acceptorOptions(
  options: ResolvedAuthOptions,
  expectedBinding: Uint8Array | undefined,
): NtlmAcceptorOptions {
  const { accounts, names, timestamp, channelBinding, mic, spn, allow, legacy } = options
  return {
    accounts,
    names,
    timestamp,
    channelBinding,
    expectedBinding,
    mic,
    spn: spn && ((targetName) => isTrue(spn(targetName))),
    allow,
    legacy,
    flags: acceptedFlags(options),
    extraPairs: extraPairs(options),
  }
}

/** A promise, as an asynchronous function gives it, is no yes. */
function isTrue(answer: unknown): boolean {
  return answer === true
}

function acceptedFlags({ flags = DEFAULT_ACCEPTOR_FLAGS, oem, targetInfo }: ResolvedAuthOptions): number {
  const without = (oem ? Flag.NEGOTIATE_UNICODE : 0) | (targetInfo === false ? Flag.NEGOTIATE_TARGET_INFO : 0)
  return (flags & ~without) >>> 0
}

function extraPairs({ extraPairs = [], targetInfoPadding = 0 }: ResolvedAuthOptions): AvPair[] {
  if (targetInfoPadding === 0) return [...extraPairs]
  return [...extraPairs, { id: PADDING, value: Buffer.alloc(Math.max(0, targetInfoPadding - 4)) }]
}
