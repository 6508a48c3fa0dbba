import type { Credential } from '../credentials.js'
import { AvId, encodeAvPairs, findAvPair } from './av-pairs.js'
import type { Entropy } from './entropy.js'
import { filetime } from './filetime.js'
import { Flag, hasFlags } from './flags.js'
import { type LegacyOptions, ntlmV1Response } from './legacy.js'
import type { ChallengeMessage } from './messages.js'
import { lmV2Response, ntlmV2Response } from './response.js'
import { answerTargetInfo } from './target-info.js'

/** The proof of the initiator's identity, and the key that goes with it. */
export interface ChallengeResponse {
  lmResponse: Uint8Array
  ntResponse: Uint8Array
  keyExchangeKey: Buffer
  /** True where the response says that the AUTHENTICATE has a MIC. */
  mic: boolean
}

/** The inputs of a response beside the credential and the challenge. */
export interface ResponseOptions {
  targetName?: string
  channelBinding?: Uint8Array
  legacy?: LegacyOptions
  entropy: Entropy
}

const EMPTY = Buffer.alloc(0)
const NO_LM_RESPONSE = Buffer.alloc(24)
/** [MS-NLMP] 3.2.5.1.2 knows an anonymous user by this. */
const ANONYMOUS_LM_RESPONSE = Buffer.alloc(1)

/**
 * True where a challenge is answered with NTLMv1: only on request, and only where it has no target info. Nothing in a
 * CHALLENGE says which version the server wants; decision 004.
 */
export function isAnsweredByV1({ targetInfo }: ChallengeMessage, legacy: LegacyOptions | undefined): boolean {
  return targetInfo === undefined && legacy?.ntlmV1 === true
}

/** Answers with NTLMv2, whatever the challenge has and lacks, unless `legacy` asks for NTLMv1. */
export function respondTo(
  challenge: ChallengeMessage,
  flags: number,
  credential: Credential | 'anonymous',
  options: ResponseOptions,
): ChallengeResponse {
  if (credential === 'anonymous') {
    return {
      lmResponse: ANONYMOUS_LM_RESPONSE,
      ntResponse: EMPTY,
      keyExchangeKey: Buffer.alloc(16),
      mic: false,
    }
  }
  return isAnsweredByV1(challenge, options.legacy)
    ? respondV1(challenge, flags, credential, options)
    : respondV2(challenge, flags, credential, options)
}

/**
 * [MS-NLMP] 3.1.5.1.2 and 3.3.2. NTLMv2 needs no target info of the server's: where there is none, the list has the
 * initiator's own pairs and its end. The binding and the SPN stay in it, as Chromium and pyspnego send them: both are
 * the initiator's to say, the proof covers them, and leaving them out would let anybody between switch Extended
 * Protection off by taking the target info away.
 */
function respondV2(
  { serverChallenge, targetInfo = [] }: ChallengeMessage,
  flags: number,
  credential: Credential,
  { targetName, channelBinding, entropy }: ResponseOptions,
): ChallengeResponse {
  const timestamp = findAvPair(targetInfo, AvId.TIMESTAMP)
  const mic = timestamp !== undefined
  const key = credential.ntowfV2()
  const clientChallenge = entropy.randomBytes(8)
  const { ntResponse, sessionBaseKey } = ntlmV2Response({
    key,
    serverChallenge,
    clientChallenge,
    timestamp: timestamp ?? filetime(entropy.now()),
    targetInfo: encodeAvPairs(answerTargetInfo(targetInfo, { mic, channelBinding, targetName })),
  })
  // For NTLMv2, KXKEY changes nothing ([MS-NLMP] 3.4.5.1).
  const response = { ntResponse, keyExchangeKey: sessionBaseKey, mic }
  if (hasFlags(flags, Flag.NEGOTIATE_DATAGRAM)) return { ...response, lmResponse: EMPTY }
  if (mic) return { ...response, lmResponse: NO_LM_RESPONSE }
  return { ...response, lmResponse: lmV2Response(key, serverChallenge, clientChallenge) }
}

function respondV1(
  { serverChallenge }: ChallengeMessage,
  flags: number,
  credential: Credential,
  { legacy, entropy }: ResponseOptions,
): ChallengeResponse {
  const response = ntlmV1Response({
    ntHash: credential.ntowfV1(),
    lmHash: legacy?.lm ? credential.lmowfV1() : undefined,
    serverChallenge,
    clientChallenge: entropy.randomBytes(8),
    flags,
  })
  return { ...response, mic: false }
}
