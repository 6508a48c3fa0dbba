import { createHash } from 'node:crypto'
import { des, desLong } from '../crypto/des.js'
import { hmacMd5 } from '../crypto/hmac-md5.js'
import { md4 } from '../crypto/md4.js'
import { Flag, hasFlags } from './flags.js'

/**
 * NTLMv1 and LM ([MS-NLMP] 3.3.1 and 3.4.5.1): broken for decades, here for servers that know nothing else. Whoever
 * records such a response finds the NT hash in hours, and from an LM response the password in seconds.
 */
export interface LegacyOptions {
  /** Answer a challenge without target info with NTLMv1 (initiator), believe NTLMv1 (acceptor). Default: false. */
  ntlmV1?: boolean | undefined
  /**
   * With `ntlmV1`: send the LM response too, and take part in LM_KEY and NON_NT session keys. It needs the
   * password, in ASCII and of at most 14 characters. Default: false, and the NT response stands in its place.
   */
  lm?: boolean | undefined
}

/** The inputs of an NTLMv1 response. */
export interface NtlmV1Inputs {
  /** NTOWFv1, 16 bytes. */
  ntHash: Uint8Array
  /** LMOWFv1, 16 bytes; undefined sends the NT response in the LM field (NoLMResponseNTLMv1). */
  lmHash?: Uint8Array | undefined
  /** 8 bytes, from the CHALLENGE. */
  serverChallenge: Uint8Array
  /** 8 random bytes; used with extended session security only. */
  clientChallenge: Uint8Array
  /** The flags both sides agreed on. */
  flags: number
}

/** The two responses of NTLMv1, and the key that goes with them. */
export interface NtlmV1Response {
  ntResponse: Buffer
  lmResponse: Buffer
  keyExchangeKey: Buffer
}

/** LMOWFv1 ([MS-NLMP] 3.3.1); undefined for a password that has none: over 14 characters, or not in ASCII. */
export function lmHashOf(password: string): Buffer | undefined {
  if (!/^[\x20-\x7e]{0,14}$/.test(password)) return undefined
  const key = Buffer.alloc(14)
  key.write(password.toUpperCase(), 'latin1')
  const hash = Buffer.concat([des(key.subarray(0, 7), LM_MAGIC), des(key.subarray(7), LM_MAGIC)])
  key.fill(0)
  return hash
}

const LM_MAGIC = Buffer.from('KGS!@#$%', 'latin1')

/** NTLMv1, with or without extended session security ([MS-NLMP] 3.3.1). */
export function ntlmV1Response(inputs: NtlmV1Inputs): NtlmV1Response {
  const { ntHash, lmHash, serverChallenge, clientChallenge, flags } = inputs
  if (hasFlags(flags, Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY)) {
    const lmResponse = Buffer.alloc(24)
    lmResponse.set(clientChallenge)
    const ntResponse = ntlmV1SessionResponse(ntHash, serverChallenge, clientChallenge)
    return { ntResponse, lmResponse, keyExchangeKey: keyExchangeKeyV1({ ...inputs, lmResponse }) }
  }
  const ntResponse = desLong(ntHash, serverChallenge)
  const lmResponse = lmHash === undefined ? ntResponse : desLong(lmHash, serverChallenge)
  return { ntResponse, lmResponse, keyExchangeKey: keyExchangeKeyV1({ ...inputs, lmResponse }) }
}

/** The NT response of NTLMv1 with extended session security: over a digest of both sides' challenges. */
export function ntlmV1SessionResponse(
  ntHash: Uint8Array,
  serverChallenge: Uint8Array,
  clientChallenge: Uint8Array,
): Buffer {
  const both = createHash('md5').update(serverChallenge).update(clientChallenge).digest()
  return desLong(ntHash, both.subarray(0, 8))
}

/** The inputs of the KeyExchangeKey of an NTLMv1 response. */
export interface KeyExchangeInputs {
  ntHash: Uint8Array
  /** The source of LM_KEY and NON_NT keys; without it they are not made. */
  lmHash?: Uint8Array | undefined
  serverChallenge: Uint8Array
  lmResponse: Uint8Array
  flags: number
}

/** KXKEY for NTLMv1 ([MS-NLMP] 3.4.5.1); its SessionBaseKey is MD4 of the NT hash. */
export function keyExchangeKeyV1(inputs: KeyExchangeInputs): Buffer {
  const { ntHash, lmHash, serverChallenge, lmResponse, flags } = inputs
  const sessionBaseKey = md4(ntHash)
  if (hasFlags(flags, Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY)) {
    return hmacMd5(sessionBaseKey, serverChallenge, lmResponse.subarray(0, 8))
  }
  if (lmHash === undefined) return sessionBaseKey
  if (hasFlags(flags, Flag.NEGOTIATE_LM_KEY)) return lmKey(lmHash, lmResponse.subarray(0, 8))
  if (!hasFlags(flags, Flag.REQUEST_NON_NT_SESSION_KEY)) return sessionBaseKey
  return Buffer.concat([lmHash.subarray(0, 8), Buffer.alloc(8)])
}

function lmKey(lmHash: Uint8Array, block: Uint8Array): Buffer {
  const rest = Buffer.alloc(7, 0xbd)
  rest[0] = lmHash[7]
  return Buffer.concat([des(lmHash.subarray(0, 7), block), des(rest, block)])
}
