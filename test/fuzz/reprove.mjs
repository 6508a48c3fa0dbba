import { createHmac } from 'node:crypto'
import { decodeAuthenticate } from '@ntlmkit/core'
import { ntowfV2, SERVER_CHALLENGE } from './identities.mjs'

const NT_RESPONSE_DESCRIPTOR = 20
const PROOF_LENGTH = 16

/**
 * Puts the right NTProofStr into an AUTHENTICATE that was tampered with ([MS-NLMP] 3.3.2), as somebody would who knows
 * the password: the checks behind the proof are reached too.
 *
 * @param {Buffer} bytes
 * @returns {Buffer} the bytes themselves where there is no NTLMv2 response to prove.
 */
export function reprove(bytes) {
  const { user, domain, ntResponse } = decodeAuthenticate(bytes)
  if (ntResponse.length <= 24) return bytes
  const proof = createHmac('md5', ntowfV2(user, domain))
    .update(SERVER_CHALLENGE)
    .update(ntResponse.subarray(PROOF_LENGTH))
    .digest()
  const proven = Buffer.from(bytes)
  proof.copy(proven, bytes.readUInt32LE(NT_RESPONSE_DESCRIPTOR + 4))
  return proven
}
