import { rc4 } from '../crypto/rc4.js'
import type { Entropy } from './entropy.js'
import { Flag, hasFlags } from './flags.js'

const NO_KEY = Buffer.alloc(0)

/** The key of the session, and how it goes to the other side. */
export interface ExchangedKey {
  /** ExportedSessionKey, 16 bytes. */
  exportedSessionKey: Buffer
  /** Empty where the key of the response is the session's. */
  encryptedRandomSessionKey: Buffer
}

/** True where the initiator makes a session key of its own ([MS-NLMP] 3.1.5.1.2, and 3.1.5.2.1 connectionless). */
export function exchangesKey(flags: number): boolean {
  const protectsMessages = Flag.NEGOTIATE_SIGN | Flag.NEGOTIATE_SEAL | Flag.NEGOTIATE_DATAGRAM
  return hasFlags(flags, Flag.NEGOTIATE_KEY_EXCH) && (flags & protectsMessages) !== 0
}

/** The initiator's half. */
export function sendKey(flags: number, keyExchangeKey: Buffer, entropy: Entropy): ExchangedKey {
  if (!exchangesKey(flags)) {
    return { exportedSessionKey: keyExchangeKey, encryptedRandomSessionKey: NO_KEY }
  }
  const exportedSessionKey = Buffer.alloc(16)
  exportedSessionKey.set(entropy.randomBytes(16))
  return { exportedSessionKey, encryptedRandomSessionKey: rc4(keyExchangeKey, exportedSessionKey) }
}

/**
 * The acceptor's half ([MS-NLMP] 3.2.5.1.2); undefined where the key that must be there is not. A key that was sent
 * though nothing is to be protected is not looked at, as the initiator's own side did not use it.
 *
 * @param flags those that both sides agreed on.
 */
export function receiveKey(flags: number, keyExchangeKey: Buffer, encrypted: Uint8Array): Buffer | undefined {
  if (!exchangesKey(flags)) return keyExchangeKey
  return encrypted.length === 16 ? rc4(keyExchangeKey, encrypted) : undefined
}
