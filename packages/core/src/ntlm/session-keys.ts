import { createHash } from 'node:crypto'
import { Flag, hasFlags } from './flags.js'

/** Which end of the context this is: each side signs and seals with keys of its own. */
export type SessionRole = 'initiator' | 'acceptor'

/** The magic constants of [MS-NLMP] 3.4.5.2 and 3.4.5.3, each with its terminating zero. */
const SIGNING_MAGIC: Record<SessionRole, string> = {
  initiator: 'session key to client-to-server signing key magic constant\0',
  acceptor: 'session key to server-to-client signing key magic constant\0',
}
const SEALING_MAGIC: Record<SessionRole, string> = {
  initiator: 'session key to client-to-server sealing key magic constant\0',
  acceptor: 'session key to server-to-client sealing key magic constant\0',
}

/** SIGNKEY ([MS-NLMP] 3.4.5.2): from the whole key, however weak the sealing; none without extended security. */
export function signingKey(flags: number, exportedKey: Uint8Array, sender: SessionRole): Buffer | undefined {
  if (!hasFlags(flags, Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY)) return undefined
  return md5(exportedKey, SIGNING_MAGIC[sender])
}

/** SEALKEY ([MS-NLMP] 3.4.5.3). Without extended security it is the same in both directions. */
export function sealingKey(flags: number, exportedKey: Uint8Array, sender: SessionRole): Buffer {
  const strength = sealingStrength(flags)
  const cut = exportedKey.subarray(0, strength / 8)
  if (hasFlags(flags, Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY)) return md5(cut, SEALING_MAGIC[sender])
  return Buffer.concat([cut, SALT[strength]])
}

/** The octets that fill a cut key up to 8 bytes where there is no extended session security. */
const SALT = { 128: Buffer.alloc(0), 56: Buffer.from([0xa0]), 40: Buffer.from([0xe5, 0x38, 0xb0]) }

/**
 * The bits of the exported key that sealing uses. Without extended session security all of them, unless LM_KEY or
 * DATAGRAM was agreed, which know no 128 bit.
 */
export function sealingStrength(flags: number): 128 | 56 | 40 {
  const extended = hasFlags(flags, Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY)
  const weakened = (flags & (Flag.NEGOTIATE_LM_KEY | Flag.NEGOTIATE_DATAGRAM)) !== 0
  if (extended ? hasFlags(flags, Flag.NEGOTIATE_128) : !weakened) return 128
  return hasFlags(flags, Flag.NEGOTIATE_56) ? 56 : 40
}

function md5(key: Uint8Array, magic: string): Buffer {
  return createHash('md5').update(key).update(magic, 'latin1').digest()
}
