import { malformed, NtlmError } from '../errors.js'
import { AV_FLAG_MIC, type AvPair, avFlags, decodeAvPairs, encodeAvPairs } from './av-pairs.js'
import { ByteReader, type FieldDescriptor, MessageWriter } from './bytes.js'
import { Flag, hasFlags } from './flags.js'

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1')
const MAX_FIELD = 0xffff

/** [MS-NLMP] 2.2.1.1: what the initiator offers. */
export interface NegotiateMessage {
  flags: number
  /** OEM; only with NEGOTIATE_OEM_DOMAIN_SUPPLIED. */
  domain: string
  /** OEM; only with NEGOTIATE_OEM_WORKSTATION_SUPPLIED. */
  workstation: string
  /** 8 bytes ([MS-NLMP] 2.2.2.10); only with NEGOTIATE_VERSION. */
  version?: Uint8Array
}

/** [MS-NLMP] 2.2.1.2: what the acceptor chose, and its nonce. */
export interface ChallengeMessage {
  flags: number
  /** Nothing depends on it: received, a name that cannot be read is empty. */
  targetName: string
  /** 8 bytes. */
  serverChallenge: Uint8Array
  /** Present when NEGOTIATE_TARGET_INFO is set. */
  targetInfo?: AvPair[]
  version?: Uint8Array
}

/** [MS-NLMP] 2.2.1.3: the answer to the challenge. */
export interface AuthenticateMessage {
  flags: number
  lmResponse: Uint8Array
  ntResponse: Uint8Array
  domain: string
  user: string
  workstation: string
  /** Empty without NEGOTIATE_KEY_EXCH. */
  encryptedRandomSessionKey: Uint8Array
  version?: Uint8Array
  /** 16 bytes; present when the response's MsvAvFlags announce it. */
  mic?: Uint8Array
}

/** The number in a message's MessageType field. */
export type MessageType = 1 | 2 | 3

/** Where the MIC stands in a message that has room for the Version field, as every one of ours with a MIC does. */
export const MIC_OFFSET = 72
/** Bytes. */
export const MIC_LENGTH = 16

/**
 * Which of the three messages these bytes claim to be.
 *
 * @throws {NtlmError} ERR_NTLM_BAD_CHALLENGE for anything else.
 */
export function messageType(bytes: Uint8Array): MessageType {
  const reader = new ByteReader(bytes, 'NTLM message')
  if (!reader.bytes(8).equals(SIGNATURE))
    throw malformed('The token does not begin with the NTLMSSP signature.')
  const type = reader.u32()
  if (type === 1 || type === 2 || type === 3) return type
  throw malformed(`The NTLM message has type ${type}, not 1, 2 or 3.`)
}

function open(bytes: Uint8Array, type: MessageType, name: string): ByteReader {
  const actual = messageType(bytes)
  if (actual !== type)
    throw malformed(`The ${name} (message type ${type}) was expected, and type ${actual} came.`)
  const reader = new ByteReader(bytes, name)
  reader.bytes(12)
  return reader
}

/** Reads a NEGOTIATE message ([MS-NLMP] 2.2.1.1) of 12, 16, 32 or 40 header bytes: all are in use. */
export function decodeNegotiate(bytes: Uint8Array): NegotiateMessage {
  const reader = open(bytes, 1, 'NEGOTIATE message')
  const message: NegotiateMessage = { flags: 0, domain: '', workstation: '' }
  if (reader.remaining < 4) return message
  message.flags = reader.u32()
  if (reader.remaining < 16) return message
  const domain = reader.descriptor()
  const workstation = reader.descriptor()
  if (hasFlags(message.flags, Flag.NEGOTIATE_OEM_DOMAIN_SUPPLIED)) {
    message.domain = reader.field(domain, 'DomainName').toString('latin1')
  }
  if (hasFlags(message.flags, Flag.NEGOTIATE_OEM_WORKSTATION_SUPPLIED)) {
    message.workstation = reader.field(workstation, 'Workstation').toString('latin1')
  }
  message.version = readVersion(reader, message.flags, payloadStart(bytes, domain, workstation))
  return message
}

/** Writes a NEGOTIATE message, 32 bytes and 8 more with a version. */
export function encodeNegotiate(message: NegotiateMessage): Buffer {
  const domain = latin1(message.domain)
  const workstation = latin1(message.workstation)
  const headerSize = message.version ? 40 : 32
  const writer = new MessageWriter(headerSize, domain.length + workstation.length)
  writer.bytes(SIGNATURE).u32(1).u32(message.flags)
  writeOrZero(writer, domain)
  writeOrZero(writer, workstation)
  if (message.version) writer.bytes(message.version)
  return writer.finish()
}

/** Reads a CHALLENGE message ([MS-NLMP] 2.2.1.2) of 32, 40, 48 or 56 header bytes. */
export function decodeChallenge(bytes: Uint8Array): ChallengeMessage {
  const reader = open(bytes, 2, 'CHALLENGE message')
  const targetName = reader.descriptor()
  const flags = reader.u32()
  const serverChallenge = reader.bytes(8)
  const message: ChallengeMessage = { flags, targetName: '', serverChallenge }
  message.targetName = legibleText(reader.field(targetName, 'TargetName'), flags)

  const fields = [targetName]
  const headerEnd = payloadStart(bytes, ...fields)
  if (headerEnd < 48) return missingTargetInfo(message)
  reader.bytes(8) // Reserved
  const targetInfo = reader.descriptor()
  fields.push(targetInfo)
  if (hasFlags(flags, Flag.NEGOTIATE_TARGET_INFO)) {
    message.targetInfo = targetInfo.length === 0 ? [] : decodeAvPairs(reader.field(targetInfo, 'TargetInfo'))
  }
  message.version = readVersion(reader, flags, payloadStart(bytes, ...fields))
  return message
}

function missingTargetInfo(message: ChallengeMessage): ChallengeMessage {
  if (!hasFlags(message.flags, Flag.NEGOTIATE_TARGET_INFO)) return message
  throw malformed('The CHALLENGE message announces target info and ends before it.')
}

/**
 * Writes a CHALLENGE message.
 *
 * @throws {NtlmError} ERR_NTLM_BAD_CHALLENGE for target info of more than 65,535 bytes, ERR_NTLM_DOWNGRADE for a name
 *   that its character set cannot carry.
 */
export function encodeChallenge(message: ChallengeMessage): Buffer {
  const targetName = encodeText(message.targetName, message.flags)
  const targetInfo = message.targetInfo ? encodeAvPairs(message.targetInfo) : Buffer.alloc(0)
  checkSizes(targetName, targetInfo)
  const headerSize = message.version ? 56 : 48
  const writer = new MessageWriter(headerSize, targetName.length + targetInfo.length)
  writer.bytes(SIGNATURE).u32(2).field(targetName).u32(message.flags).bytes(message.serverChallenge).zeros(8)
  writeOrZero(writer, targetInfo)
  if (message.version) writer.bytes(message.version)
  return writer.finish()
}

/** Reads an AUTHENTICATE message ([MS-NLMP] 2.2.1.3) whose payload begins at 52, 64, 72, 80 or 88. */
export function decodeAuthenticate(bytes: Uint8Array): AuthenticateMessage {
  const reader = open(bytes, 3, 'AUTHENTICATE message')
  const lm = reader.descriptor()
  const nt = reader.descriptor()
  const domain = reader.descriptor()
  const user = reader.descriptor()
  const workstation = reader.descriptor()
  const named = [lm, nt, domain, user, workstation]

  // NT 3.51 and Windows 95 stop here: no session key and no flags.
  const recent = payloadStart(bytes, ...named) >= 64
  const sessionKey = recent ? reader.descriptor() : { length: 0, offset: 0 }
  const flags = recent ? reader.u32() : 0
  const start = payloadStart(bytes, ...named, sessionKey)

  const ntResponse = reader.field(nt, 'NtChallengeResponse')
  const version = readVersion(reader, flags, start)
  return {
    flags,
    lmResponse: reader.field(lm, 'LmChallengeResponse'),
    ntResponse,
    domain: decodeText(reader.field(domain, 'DomainName'), flags),
    user: decodeText(reader.field(user, 'UserName'), flags),
    workstation: decodeText(reader.field(workstation, 'Workstation'), flags),
    encryptedRandomSessionKey: reader.field(sessionKey, 'EncryptedRandomSessionKey'),
    version,
    mic: announcesMic(ntResponse) ? readMic(bytes, start) : undefined,
  }
}

/**
 * Writes an AUTHENTICATE message; the order of the payload is that of the specification's own examples ([MS-NLMP]
 * 4.2.4.3).
 *
 * @throws {NtlmError} as `encodeChallenge`.
 */
export function encodeAuthenticate(message: AuthenticateMessage): Buffer {
  const domain = encodeText(message.domain, message.flags)
  const user = encodeText(message.user, message.flags)
  const workstation = encodeText(message.workstation, message.flags)
  const { lmResponse, ntResponse, encryptedRandomSessionKey: sessionKey } = message
  const payload = [domain, user, workstation, lmResponse, ntResponse, sessionKey]
  checkSizes(...payload)

  const payloadSize = payload.reduce((sum, field) => sum + field.length, 0)
  const writer = new MessageWriter(authenticateHeaderSize(message), payloadSize)
  const [domainAt, userAt, workstationAt, lmAt, ntAt, keyAt] = payload.map((field) => writer.reserve(field))
  writer
    .bytes(SIGNATURE)
    .u32(3)
    .descriptor(lmResponse.length, lmAt)
    .descriptor(ntResponse.length, ntAt)
    .descriptor(domain.length, domainAt)
    .descriptor(user.length, userAt)
    .descriptor(workstation.length, workstationAt)
    .descriptor(sessionKey.length, keyAt)
    .u32(message.flags)
  if (message.version) writer.bytes(message.version)
  if (message.mic) {
    if (!message.version) writer.zeros(8) // Samba looks for the MIC at 72 and nowhere else
    writer.bytes(message.mic)
  }
  return writer.finish()
}

function authenticateHeaderSize(message: AuthenticateMessage): number {
  if (message.mic) return MIC_OFFSET + MIC_LENGTH
  return message.version ? 72 : 64
}

/** True where an NTLMv2 response says that the message has a MIC: never by the header's length. */
export function announcesMic(ntResponse: Uint8Array): boolean {
  const pairs = ntlmV2ResponsePairs(ntResponse)
  return pairs !== undefined && (avFlags(pairs) & AV_FLAG_MIC) !== 0
}

/** The AV pairs in an NTLMv2 response ([MS-NLMP] 2.2.2.7 and 2.2.2.8); undefined for a response of another kind. */
export function ntlmV2ResponsePairs(ntResponse: Uint8Array): AvPair[] | undefined {
  if (ntResponse.length <= 44) return undefined
  return decodeAvPairs(ntResponse.subarray(44))
}

/** Where the MIC of a received AUTHENTICATE stands: before its payload, with or without a Version field. */
export function micOffset(bytes: Uint8Array): number {
  const reader = open(bytes, 3, 'AUTHENTICATE message')
  const fields = Array.from({ length: 6 }, () => reader.descriptor())
  return payloadStart(bytes, ...fields) >= MIC_OFFSET + MIC_LENGTH ? MIC_OFFSET : 64
}

function readMic(bytes: Uint8Array, start: number): Buffer {
  if (start < 80) throw malformed('The AUTHENTICATE message announces a MIC and has no room for it.')
  const offset = start >= MIC_OFFSET + MIC_LENGTH ? MIC_OFFSET : 64
  return Buffer.from(bytes.buffer, bytes.byteOffset + offset, MIC_LENGTH)
}

function readVersion(reader: ByteReader, flags: number, start: number): Buffer | undefined {
  if (!hasFlags(flags, Flag.NEGOTIATE_VERSION)) return undefined
  return start - reader.position >= 8 ? reader.bytes(8) : undefined
}

/** The header ends where the first non-empty field begins; without one, where the message ends. */
function payloadStart(bytes: Uint8Array, ...fields: FieldDescriptor[]): number {
  return fields.reduce(
    (start, { length, offset }) => (length > 0 && offset < start ? offset : start),
    bytes.length,
  )
}

/** An empty field of a NEGOTIATE or CHALLENGE points nowhere in the specification's examples. */
function writeOrZero(writer: MessageWriter, value: Uint8Array): void {
  if (value.length === 0) writer.zeros(8)
  else writer.field(value)
}

function checkSizes(...fields: Uint8Array[]): void {
  if (fields.every((field) => field.length <= MAX_FIELD)) return
  throw malformed('A field of the message would be longer than 65,535 bytes: the target info leaves no room.')
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1')
}

/** A text that nobody needs, so that no fault in it ends a handshake; empty where it cannot be read. */
function legibleText(bytes: Buffer, flags: number): string {
  const unicode = hasFlags(flags, Flag.NEGOTIATE_UNICODE)
  const legible = unicode ? bytes.length % 2 === 0 : bytes.every((octet) => octet <= 0x7f)
  return legible ? decodeText(bytes, flags) : ''
}

function decodeText(bytes: Buffer, flags: number): string {
  if (hasFlags(flags, Flag.NEGOTIATE_UNICODE)) {
    if (bytes.length % 2 !== 0) throw malformed('A Unicode string has an odd number of bytes.')
    return bytes.toString('utf16le')
  }
  if (bytes.some((octet) => octet > 0x7f)) throw malformed('An OEM string has a character outside ASCII.')
  return bytes.toString('latin1')
}

/** Without NEGOTIATE_UNICODE the code page is the other side's own and unknown: only ASCII is safe. */
function encodeText(text: string, flags: number): Buffer {
  if (hasFlags(flags, Flag.NEGOTIATE_UNICODE)) return Buffer.from(text, 'utf16le')
  const bytes = latin1(text)
  if (bytes.every((octet) => octet <= 0x7f) && bytes.toString('latin1') === text) return bytes
  throw new NtlmError(
    'ERR_NTLM_DOWNGRADE',
    'A name outside ASCII needs NTLMSSP_NEGOTIATE_UNICODE, which is missing.',
    {
      phase: 'authenticate',
      hint: 'The server chose OEM strings, whose code page nobody names: give username and workstation in ASCII, or mend the server.',
    },
  )
}
