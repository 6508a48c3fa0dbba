import { crc32 } from '../crypto/crc32.js'
import { hmacMd5 } from '../crypto/hmac-md5.js'
import { Flag, hasFlags } from './flags.js'
import type { StreamPosition } from './message-stream.js'

/** An NTLMSSP_MESSAGE_SIGNATURE ([MS-NLMP] 2.2.2.9) is 16 bytes long, of either kind. */
export const SIGNATURE_LENGTH = 16

/** The bytes that stand for a signature where only NTLMSSP_NEGOTIATE_ALWAYS_SIGN was agreed: version 1, and zeros. */
export const DUMMY_SIGNATURE = Buffer.from('01000000000000000000000000000000', 'hex')

/**
 * MAC ([MS-NLMP] 3.4.4): the signature of a message at this place of the key stream, which it moves on.
 *
 * @param key the signing key; undefined without extended session security.
 */
export function messageSignature(
  flags: number,
  key: Uint8Array | undefined,
  at: StreamPosition,
  message: Uint8Array,
): Buffer {
  return key === undefined ? checksumSignature(at, message) : keyedSignature(flags, key, at, message)
}

/** [MS-NLMP] 3.4.4.2: version, the first 8 bytes of an HMAC, the number. */
function keyedSignature(flags: number, key: Uint8Array, at: StreamPosition, message: Uint8Array): Buffer {
  const signature = Buffer.alloc(SIGNATURE_LENGTH)
  signature[0] = 1
  signature.writeUInt32LE(at.sequence, 12)
  const checksum = hmacMd5(key, signature.subarray(12), message).subarray(0, 8)
  signature.set(hasFlags(flags, Flag.NEGOTIATE_KEY_EXCH) ? at.rc4.update(checksum) : checksum, 4)
  return signature
}

/** [MS-NLMP] 3.4.4.1: version, four bytes of padding that take part in the key stream only, CRC-32, the number. */
function checksumSignature(at: StreamPosition, message: Uint8Array): Buffer {
  const plain = Buffer.alloc(12)
  plain.writeUInt32LE(crc32(message), 4)
  plain.writeUInt32LE(at.sequence, 8)
  const signature = Buffer.alloc(SIGNATURE_LENGTH)
  signature[0] = 1
  signature.set(at.rc4.update(plain).subarray(4), 8)
  return signature
}

/** The bytes of a signature that say something: without extended session security 4 to 7 are padding. */
export function significantBytes(signature: Uint8Array, keyed: boolean): Uint8Array {
  if (keyed) return signature
  const significant = Uint8Array.from(signature)
  significant.fill(0, 4, 8)
  return significant
}
