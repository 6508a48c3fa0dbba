import { hmacMd5 } from '../crypto/hmac-md5.js'
import { md4 } from '../crypto/md4.js'

/** NTOWFv1, the NT hash: MD4 of the password in UTF-16LE ([MS-NLMP] 3.3.1). */
export function ntHashOf(password: string): Buffer {
  const unicode = Buffer.from(password, 'utf16le')
  const hash = md4(unicode)
  unicode.fill(0)
  return hash
}

/** NTOWFv2: HMAC-MD5 of the upper-cased user and the domain as sent, under the NT hash ([MS-NLMP] 3.3.2). */
export function ntowfV2(ntHash: Uint8Array, user: string, domain: string): Buffer {
  return hmacMd5(ntHash, Buffer.from(upperCase(user) + domain, 'utf16le'))
}

/**
 * Windows upper-cases UTF-16 units one by one, without a locale, and only letters that are the lower case of what they
 * become: "ß" does not grow to "SS", "ı" and "ſ" do not turn into ASCII, a surrogate stays. The final sigma alone is
 * taken for the other one.
 */
export function upperCase(text: string): string {
  let upper = ''
  for (let i = 0; i < text.length; i++) {
    const unit = text[i]
    const mapped = unit.toUpperCase()
    const isPair = mapped.length === 1 && (mapped.toLowerCase() === unit || unit === FINAL_SIGMA)
    upper += isPair ? mapped : unit
  }
  return upper
}

const FINAL_SIGMA = '\u03c2'

/** The inputs of an NTLMv2 response. */
export interface NtlmV2Inputs {
  /** NTOWFv2, 16 bytes. */
  key: Uint8Array
  /** 8 bytes, from the CHALLENGE. */
  serverChallenge: Uint8Array
  /** 8 random bytes. */
  clientChallenge: Uint8Array
  /** A FILETIME, 8 bytes little-endian. */
  timestamp: Uint8Array
  /** An encoded AV pair list with its MsvAvEOL. */
  targetInfo: Uint8Array
}

/** The NTLMv2 response and the session base key that goes with it. */
export interface NtlmV2Response {
  ntResponse: Buffer
  sessionBaseKey: Buffer
}

/** NTLMv2 ([MS-NLMP] 3.3.2): NTProofStr and the blob ("temp") it proves. */
export function ntlmV2Response(inputs: NtlmV2Inputs): NtlmV2Response {
  const { key, serverChallenge, clientChallenge, timestamp, targetInfo } = inputs
  // NTProofStr(16) | RespType HiRespType Z(6) | time(8) | client challenge(8) | Z(4) | AV pairs | Z(4)
  const ntResponse = Buffer.alloc(44 + targetInfo.length + 4)
  ntResponse[16] = 1
  ntResponse[17] = 1
  ntResponse.set(timestamp, 24)
  ntResponse.set(clientChallenge, 32)
  ntResponse.set(targetInfo, 44)
  const proof = ntProofStr(key, serverChallenge, ntResponse.subarray(16))
  ntResponse.set(proof)
  return { ntResponse, sessionBaseKey: hmacMd5(key, proof) }
}

/** NTProofStr = HMAC_MD5(NTOWFv2, server challenge + temp). */
export function ntProofStr(key: Uint8Array, serverChallenge: Uint8Array, temp: Uint8Array): Buffer {
  return hmacMd5(key, serverChallenge, temp)
}

/** LMv2 ([MS-NLMP] 3.3.2), sent where the challenge has no timestamp. */
export function lmV2Response(
  key: Uint8Array,
  serverChallenge: Uint8Array,
  clientChallenge: Uint8Array,
): Buffer {
  const proof = hmacMd5(key, serverChallenge, clientChallenge)
  return Buffer.concat([proof, clientChallenge])
}

/** The MIC of [MS-NLMP] 3.1.5.1.2: over the messages as they went, the AUTHENTICATE with zeros in the MIC's place. */
export function messageIntegrityCode(exportedSessionKey: Uint8Array, ...messages: Uint8Array[]): Buffer {
  return hmacMd5(exportedSessionKey, ...messages)
}
