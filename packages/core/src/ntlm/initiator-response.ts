import type { Credential } from '../credentials.js'
import { AvId, encodeAvPairs, findAvPair } from './av-pairs.js'
import type { Entropy } from './entropy.js'
import { filetime } from './filetime.js'
import { Flag, hasFlags } from './flags.js'
import { type LegacyOptions, ntlmV1Response } from './legacy.js'
import type { ChallengeMessage } from './messages.js'
import { lmV2Response, ntlmV2Response } from './response.js'
import { answerTargetInfo } from './target-info.js'

/** What proves the initiator's identity, and the key that goes with it. */
export interface ChallengeResponse {
  lmResponse: Uint8Array
  ntResponse: Uint8Array
  keyExchangeKey: Buffer
  /** Whether the response says that the AUTHENTICATE has a MIC. */
  mic: boolean
}

/** What a response is made from beside the credential and the challenge. */
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

/** Answers with NTLMv2 wherever there is target info to put into it; NTLMv1 has been allowed if it comes to that. */
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
  return challenge.targetInfo === undefined
    ? respondV1(challenge, flags, credential, options)
    : respondV2(challenge, flags, credential, options)
}

/** [MS-NLMP] 3.1.5.1.2. */
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
