import { timingSafeEqual } from 'node:crypto'
import { desLong } from '../crypto/des.js'
import { hmacMd5 } from '../crypto/hmac-md5.js'
import type { AccountHashes } from './accounts.js'
import { Flag, hasFlags } from './flags.js'
import { keyExchangeKeyV1, ntlmV1SessionResponse } from './legacy.js'
import type { AuthenticateMessage } from './messages.js'
import { ntowfV2, ntProofStr, upperCase } from './response.js'
import type { ResponseKind } from './verdict.js'

/** An NTLMv1 response is 24 bytes long, an NTLMv2 response always more ([MS-NLMP] 2.2.2.6 and 2.2.2.8). */
const V1_LENGTH = 24
const PROOF_LENGTH = 16

/** The kind of response an AUTHENTICATE has; undefined for one this library does not know, such as LM alone. */
export function responseKind(message: AuthenticateMessage, flags: number): ResponseKind | undefined {
  const { user, ntResponse, lmResponse } = message
  const { length } = ntResponse
  if (length > V1_LENGTH) return 'ntlm-v2'
  if (length === V1_LENGTH) {
    const extended = hasFlags(flags, Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY) && lmResponse.length >= 8
    return extended ? 'ntlm-v1-ess' : 'ntlm-v1'
  }
  // [MS-NLMP] 3.2.5.1.2: nobody, with one zero byte or nothing for a response.
  const nothing = lmResponse.length === 0 || (lmResponse.length === 1 && lmResponse[0] === 0)
  return length === 0 && user === '' && nothing ? 'anonymous' : undefined
}

/**
 * Checks what an initiator knows of the account's secret, with the same work whatever is wrong with it.
 *
 * @param flags those that both sides agreed on.
 * @returns the KeyExchangeKey; undefined for a response that proves nothing.
 */
export function provenKey(
  message: AuthenticateMessage,
  kind: ResponseKind,
  flags: number,
  hashes: AccountHashes,
  serverChallenge: Uint8Array,
): Buffer | undefined {
  if (kind === 'ntlm-v2') return provenKeyV2(message, hashes, serverChallenge)
  if (kind === 'anonymous') return Buffer.alloc(16)
  const { ntResponse, lmResponse } = message
  const { ntHash, lmHash } = hashes
  const expected =
    kind === 'ntlm-v1-ess'
      ? ntlmV1SessionResponse(ntHash, serverChallenge, lmResponse.subarray(0, 8))
      : desLong(ntHash, serverChallenge)
  if (!timingSafeEqual(expected, ntResponse)) return undefined
  return keyExchangeKeyV1({ ntHash, lmHash, serverChallenge, lmResponse, flags })
}

/** Initiators differ in how they write the domain into NTOWFv2: as sent, upper-cased, or not at all. */
function provenKeyV2(
  { user, domain, ntResponse }: AuthenticateMessage,
  { ntHash }: AccountHashes,
  serverChallenge: Uint8Array,
): Buffer | undefined {
  const proof = ntResponse.subarray(0, PROOF_LENGTH)
  const temp = ntResponse.subarray(PROOF_LENGTH)
  const key = [domain, upperCase(domain), '']
    .map((name) => ntowfV2(ntHash, user, name))
    .find((candidate) => timingSafeEqual(ntProofStr(candidate, serverChallenge, temp), proof))
  return key && hmacMd5(key, proof)
}
