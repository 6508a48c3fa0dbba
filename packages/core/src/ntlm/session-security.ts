import { timingSafeEqual } from 'node:crypto'
import { badOption, NtlmError } from '../errors.js'
import { Flag, hasFlags } from './flags.js'
import { DUMMY_SIGNATURE, messageSignature, SIGNATURE_LENGTH, significantBytes } from './message-signature.js'
import { MessageStream, type StreamPosition } from './message-stream.js'
import { type SessionRole, sealingKey, sealingStrength, signingKey } from './session-keys.js'

/** The inheritance of the handshake for the messages that come after it. */
export interface SessionSecurityOptions {
  /** ExportedSessionKey, 16 bytes. */
  exportedSessionKey: Uint8Array
  /** The flags both sides agreed on. */
  flags: number
  role: SessionRole
}

/** A sealed message in its two parts, for protocols that carry them apart. */
export interface SealedMessage {
  /** As long as the message. */
  sealed: Buffer
  /** 16 bytes. */
  signature: Buffer
}

interface Direction {
  stream: MessageStream
  signingKey: Buffer | undefined
}

/**
 * Session security ([MS-NLMP] 3.4): signs and seals the application's messages under the keys of an established
 * context. Connection-oriented, messages are numbered here and must be checked in the order they were made.
 * Connectionless, the application gives every message a number, and it is the application that notices one which
 * repeats. It never uses a number twice: in one direction, or in either where NTLMv1 left no extended session
 * security, for both sides have one key then. Keys are never shown, logged or serialised.
 */
export class SessionSecurity {
  /** The flags both sides agreed on. */
  readonly flags: number
  readonly #exportedSessionKey: Buffer
  readonly #outgoing: Direction
  readonly #incoming: Direction

  constructor({ exportedSessionKey, flags, role }: SessionSecurityOptions) {
    this.flags = flags
    this.#exportedSessionKey = unpooledCopy(exportedSessionKey)
    this.#outgoing = this.#direction(role)
    const keyed = this.#outgoing.signingKey !== undefined
    // Without extended session security the two directions share one key stream and one count.
    this.#incoming = keyed ? this.#direction(role === 'initiator' ? 'acceptor' : 'initiator') : this.#outgoing
  }

  #direction(sender: SessionRole): Direction {
    const sealing = sealingKey(this.flags, this.#exportedSessionKey, sender)
    return {
      stream: new MessageStream(sealing, this.#connectionless),
      signingKey: signingKey(this.flags, this.#exportedSessionKey, sender),
    }
  }

  get #connectionless(): boolean {
    return hasFlags(this.flags, Flag.NEGOTIATE_DATAGRAM)
  }

  /** True where `sign` makes real signatures. */
  get integrity(): boolean {
    return (this.flags & (Flag.NEGOTIATE_SIGN | Flag.NEGOTIATE_SEAL)) !== 0
  }

  /** True where `seal` and `wrap` can be used. */
  get confidentiality(): boolean {
    return hasFlags(this.flags, Flag.NEGOTIATE_SEAL)
  }

  /** How many bits of the key the sealing uses: 56 and 40 protect from nobody. */
  get strength(): 128 | 56 | 40 {
    return sealingStrength(this.flags)
  }

  /**
   * GSS_GetMICEx ([MS-NLMP] 3.4.8): the 16-byte signature of a message; the dummy one where only
   * NTLMSSP_NEGOTIATE_ALWAYS_SIGN was agreed.
   *
   * @param sequence the message's number, connectionless only.
   * @throws {NtlmError} ERR_NTLM_CONFIG when nothing of the kind was agreed, or for a number out of place.
   */
  sign(message: Uint8Array, sequence?: number): Buffer {
    if (this.#signsForShow()) return Buffer.from(DUMMY_SIGNATURE)
    const { at, stream } = this.#next(this.#outgoing, sequence)
    const signature = this.#signature(this.#outgoing, at, message)
    stream.commit(at)
    return signature
  }

  /**
   * GSS_VerifyMICEx ([MS-NLMP] 3.4.9).
   *
   * @param sequence the number the message should have, connectionless only.
   * @throws {NtlmError} ERR_NTLM_INTEGRITY for a message, a signature or a number that is not what was signed;
   *   nothing has changed then, and the right message can still be checked.
   */
  verify(message: Uint8Array, signature: Uint8Array, sequence?: number): void {
    if (this.#signsForShow()) {
      requireEqual(DUMMY_SIGNATURE, signature)
      return
    }
    const { at, stream } = this.#next(this.#incoming, sequence)
    this.#check(at, message, signature)
    stream.commit(at)
  }

  /**
   * GSS_WrapEx ([MS-NLMP] 3.4.6) in two parts.
   *
   * @param sequence the message's number, connectionless only.
   * @throws {NtlmError} ERR_NTLM_CONFIG when confidentiality was not agreed, or for a number out of place.
   */
  seal(message: Uint8Array, sequence?: number): SealedMessage {
    this.#requireSealing()
    const { at, stream } = this.#next(this.#outgoing, sequence)
    const sealed = at.rc4.update(message)
    const signature = this.#signature(this.#outgoing, at, message)
    stream.commit(at)
    return { sealed, signature }
  }

  /**
   * GSS_UnwrapEx ([MS-NLMP] 3.4.7) of two parts.
   *
   * @param sequence the number the message should have, connectionless only.
   * @throws {NtlmError} ERR_NTLM_INTEGRITY as `verify` does.
   */
  unseal(sealed: Uint8Array, signature: Uint8Array, sequence?: number): Buffer {
    this.#requireSealing()
    const { at, stream } = this.#next(this.#incoming, sequence)
    const message = at.rc4.update(sealed)
    this.#check(at, message, signature)
    stream.commit(at)
    return message
  }

  /** `seal` as one token: the signature, then the sealed message. */
  wrap(message: Uint8Array, sequence?: number): Buffer {
    const { sealed, signature } = this.seal(message, sequence)
    return Buffer.concat([signature, sealed])
  }

  /** `unseal` of one token: the signature, then the sealed message. */
  unwrap(token: Uint8Array, sequence?: number): Buffer {
    return this.unseal(token.subarray(SIGNATURE_LENGTH), token.subarray(0, SIGNATURE_LENGTH), sequence)
  }

  /**
   * The mechListMIC of RFC 4178 4.2.2 over the DER of the mechanism list. The key stream is put back afterwards
   * and the sequence number is not ([MS-SPNG] 3.3.5.1): the first message of the application has number 1.
   */
  signMechanismList(list: Uint8Array): Buffer {
    const { at, stream } = this.#next(this.#outgoing, undefined)
    const signature = this.#signature(this.#outgoing, at, list)
    stream.commitNumber(at)
    return signature
  }

  /** @throws {NtlmError} ERR_NTLM_INTEGRITY for a list that is not the one the other side signed. */
  verifyMechanismList(list: Uint8Array, signature: Uint8Array): void {
    const { at, stream } = this.#next(this.#incoming, undefined)
    this.#check(at, list, signature)
    stream.commitNumber(at)
  }

  /** A copy of the exported session key, 16 bytes, for protocols that derive keys of their own from it. */
  exportKey(): Buffer {
    return unpooledCopy(this.#exportedSessionKey)
  }

  #next({ stream }: Direction, sequence: number | undefined): { at: StreamPosition; stream: MessageStream } {
    if (this.#connectionless !== (sequence !== undefined)) {
      throw badOption(
        this.#connectionless
          ? 'The message has no sequence number.'
          : 'The message brings a sequence number.',
        'Give one for every message of a connectionless context, and none on a connection: they are counted there.',
      )
    }
    if (sequence !== undefined && sequence >>> 0 !== sequence) {
      throw badOption(`The sequence number ${sequence} is no unsigned 32-bit integer.`, 'Count from 0.')
    }
    return { at: stream.position(sequence ?? 0), stream }
  }

  #signature(direction: Direction, at: StreamPosition, message: Uint8Array): Buffer {
    return messageSignature(this.flags, direction.signingKey, at, message)
  }

  #check(at: StreamPosition, message: Uint8Array, signature: Uint8Array): void {
    const keyed = this.#incoming.signingKey !== undefined
    const expected = this.#signature(this.#incoming, at, message)
    if (signature.length !== SIGNATURE_LENGTH) throw integrityError()
    requireEqual(expected, significantBytes(signature, keyed))
  }

  #signsForShow(): boolean {
    if (this.integrity) return false
    if (hasFlags(this.flags, Flag.NEGOTIATE_ALWAYS_SIGN)) return true
    throw badOption(
      'Integrity was not agreed.',
      'Ask for it when the context is made: services: { integrity: true }.',
    )
  }

  #requireSealing(): void {
    if (this.confidentiality) return
    throw badOption(
      'Confidentiality was not agreed.',
      'Ask for it when the context is made: services: { confidentiality: true }.',
    )
  }
}

/** `Buffer.from` would put it where whoever holds another small Buffer can read it. */
function unpooledCopy(key: Uint8Array): Buffer {
  const copy = Buffer.alloc(key.length)
  copy.set(key)
  return copy
}

function requireEqual(expected: Uint8Array, actual: Uint8Array): void {
  if (actual.length === expected.length && timingSafeEqual(expected, actual)) return
  throw integrityError()
}

function integrityError(): NtlmError {
  return new NtlmError('ERR_NTLM_INTEGRITY', 'The signature or the sequence number of a message is wrong.', {
    hint: 'It was changed, lost, repeated or reordered on the way, or is under another key: drop it.',
  })
}
