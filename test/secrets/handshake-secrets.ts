import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { messageOf, withoutSpnego } from '../wire/leg-of.js'
import { Canary } from './canary.js'
import { tokensIn } from './recorder.js'

/** Three messages that belong together, as they went over the wire. */
interface Handshake {
  negotiate: Buffer
  challenge: Buffer
  authenticate: Buffer
}

/** What a handshake leaves that nobody may see, apart by how secret it is. */
export interface HandshakeSecrets {
  /** Never on the wire. */
  keys: Canary[]
  /** On the wire, and otherwise nowhere: from these a password can be guessed. */
  proofs: Canary[]
}

/**
 * The secrets of every handshake of a conversation, computed from [MS-NLMP] 3.3.2 and 3.4.5 with node:crypto alone.
 *
 * @throws when what was recorded does not fit the NT hash: then nothing would be searched for.
 */
export function handshakeSecrets(conversation: string, ntHash: Uint8Array): HandshakeSecrets {
  const all = handshakesIn(conversation).map((handshake) => secretsOf(handshake, ntHash))
  return { keys: all.flatMap(({ keys }) => keys), proofs: all.flatMap(({ proofs }) => proofs) }
}

function handshakesIn(conversation: string): Handshake[] {
  const found: Handshake[] = []
  let begun: Partial<Handshake> = {}
  for (const token of tokensIn(conversation)) {
    const message = withoutSpnego(token)
    const kind = messageOf(token)
    if (kind === 'NEGOTIATE') begun = { negotiate: message }
    if (kind === 'CHALLENGE') begun.challenge = message
    if (kind !== 'AUTHENTICATE') continue
    begun.authenticate = message
    found.push(begun as Handshake)
  }
  return found
}

function secretsOf(handshake: Handshake, ntHash: Uint8Array): HandshakeSecrets {
  const { challenge, authenticate } = handshake
  const ntResponse = field(authenticate, 20)
  const proofs = [
    Canary.ofBytes('AUTHENTICATE', authenticate.subarray(0, 12)),
    proof('NT response', ntResponse),
  ]
  // NTLMv1 has neither a proof nor keys of this kind.
  if (ntResponse.length === 24) return { keys: [], proofs }

  const user = field(authenticate, 36).toString('utf16le').toUpperCase()
  const domain = field(authenticate, 28).toString('utf16le')
  const ntowfV2 = hmac(ntHash, Buffer.from(user + domain, 'utf16le'))
  const ntProofStr = ntResponse.subarray(0, 16)
  requireEqual(hmac(ntowfV2, challenge.subarray(24, 32), ntResponse.subarray(16)), ntProofStr)

  const sessionBaseKey = hmac(ntowfV2, ntProofStr)
  const encrypted = field(authenticate, 52)
  const exported = encrypted.length === 16 ? rc4(sessionBaseKey, encrypted) : sessionBaseKey
  const keys = {
    NTOWFv2: ntowfV2,
    'session base key': sessionBaseKey,
    'exported session key': exported,
    ...derived(exported),
  }
  return {
    keys: Object.entries(keys).map(([name, key]) => Canary.ofBytes(name, key)),
    proofs: [...proofs, proof('NTProofStr', ntProofStr)],
  }
}

function proof(name: string, bytes: Buffer): Canary {
  return Canary.ofBytes(name, bytes.subarray(0, 16))
}

/** SIGNKEY and SEALKEY of both sides, [MS-NLMP] 3.4.5.2 and 3.4.5.3, at 128 bit. */
function derived(exported: Buffer): Record<string, Buffer> {
  const keys: Record<string, Buffer> = {}
  for (const direction of ['client-to-server', 'server-to-client']) {
    for (const use of ['signing', 'sealing']) {
      const magic = `session key to ${direction} ${use} key magic constant\0`
      keys[`${direction} ${use} key`] = createHash('md5').update(exported).update(magic, 'latin1').digest()
    }
  }
  return keys
}

/** What the descriptor at this offset points at, [MS-NLMP] 2.2. */
function field(message: Buffer, at: number): Buffer {
  const offset = message.readUInt32LE(at + 4)
  return message.subarray(offset, offset + message.readUInt16LE(at))
}

function hmac(key: Uint8Array, ...parts: Uint8Array[]): Buffer {
  const mac = createHmac('md5', key)
  for (const part of parts) mac.update(part)
  return mac.digest()
}

function requireEqual(expected: Buffer, recorded: Buffer): void {
  if (timingSafeEqual(expected, recorded)) return
  throw new Error('The recorded AUTHENTICATE was not made with this NT hash.')
}

/** OpenSSL 3 has none any more. */
function rc4(key: Buffer, input: Buffer): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, i) => i)
  const swap = (i: number, j: number) => {
    const kept = state[i]
    state[i] = state[j]
    state[j] = kept
  }
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + state[i] + key[i % key.length]) & 255
    swap(i, j)
  }
  let i = 0
  let j = 0
  return Buffer.from(
    input.map((byte) => {
      i = (i + 1) & 255
      j = (j + state[i]) & 255
      swap(i, j)
      return byte ^ state[(state[i] + state[j]) & 255]
    }),
  )
}
