import { malformed } from '../errors.js'
import { shown } from '../shown.js'
import { DerReader, decodeOid, der, encodeOid, Tag } from './der.js'
import { SPNEGO_OID } from './mechanisms.js'

/** NegTokenInit (RFC 4178 4.2.1), or NegTokenInit2 ([MS-SPNG] 2.2.1): what the initiator offers. */
export interface NegTokenInit {
  kind: 'init'
  /** Object identifiers in dotted form, the preferred one first. */
  mechTypes: readonly string[]
  /** The first token of the preferred mechanism. */
  mechToken?: Uint8Array
  mechListMic?: Uint8Array
}

/** NegTokenInit as it was received. */
export interface ReceivedNegTokenInit extends NegTokenInit {
  /** The DER of the mechanism list, as it came: what a mechListMIC is over. */
  mechTypeList: Uint8Array
}

/** RFC 4178 4.2.2: how the negotiation stands. */
export type NegState = 'accept-completed' | 'accept-incomplete' | 'reject' | 'request-mic'

/** NegTokenResp (RFC 4178 4.2.2): every token after the first. */
export interface NegTokenResp {
  kind: 'resp'
  negState?: NegState
  /** The mechanism that was chosen, in dotted form. */
  supportedMech?: string
  responseToken?: Uint8Array
  mechListMic?: Uint8Array
}

/** In the order of their values. */
const NEG_STATES: readonly NegState[] = ['accept-completed', 'accept-incomplete', 'reject', 'request-mic']

/** Longer than any NTLM message can be: six fields of 65,535 bytes. */
const MAX_TOKEN = 400 * 1024
/** Windows offers four mechanisms; more than this is somebody's joke. */
const MAX_MECHANISMS = 32

/**
 * Reads a token of either kind.
 *
 * @throws {NtlmError} ERR_NTLM_BAD_CHALLENGE for anything that is not DER, too long, or in the wrong order.
 */
export function decodeSpnego(bytes: Uint8Array): ReceivedNegTokenInit | NegTokenResp {
  if (bytes.length > MAX_TOKEN) throw malformed(`A SPNEGO token is ${bytes.length} bytes long.`)
  const reader = new DerReader(bytes)
  const token = reader.next()
  requireEnd(reader)
  if (token.tag === Tag.CONTEXT_1) return decodeResp(single(token.contents, Tag.SEQUENCE))
  if (token.tag !== Tag.APPLICATION_0) {
    throw malformed(`A SPNEGO token begins with tag 0x${token.tag.toString(16)}, not 0x60 or 0xa1.`)
  }
  const initial = new DerReader(token.contents)
  const mechanism = decodeOid(initial.expect(Tag.OBJECT_IDENTIFIER).contents)
  if (mechanism !== SPNEGO_OID)
    throw malformed(`A GSS token is for mechanism ${shown(mechanism)}, not for SPNEGO.`)
  const inner = initial.expect(Tag.CONTEXT_0)
  requireEnd(initial)
  return decodeInit(single(inner.contents, Tag.SEQUENCE))
}

function decodeInit(contents: Buffer): ReceivedNegTokenInit {
  const reader = new DerReader(contents)
  const list = reader.expect(Tag.CONTEXT_0).contents
  const token: ReceivedNegTokenInit = { kind: 'init', mechTypes: decodeMechTypes(list), mechTypeList: list }
  const flags = reader.optional(Tag.CONTEXT_1)
  if (flags) single(flags.contents, Tag.BIT_STRING) // ContextFlags: historical, RFC 4178 4.2.1
  const mechToken = optionalString(reader, Tag.CONTEXT_2)
  if (mechToken) token.mechToken = mechToken
  const third = reader.optional(Tag.CONTEXT_3)
  const fourth = reader.optional(Tag.CONTEXT_4)
  requireEnd(reader)
  // [MS-SPNG] 2.2.1 puts negHints, a SEQUENCE, where RFC 4178 has the mechListMIC, which it moves to [4].
  const hints = third !== undefined && third.contents[0] === Tag.SEQUENCE
  if (hints) single(third.contents, Tag.SEQUENCE)
  else if (third && fourth) throw malformed('A NegTokenInit has two mechListMICs.')
  const mic = hints ? fourth : (third ?? fourth)
  if (mic) token.mechListMic = single(mic.contents, Tag.OCTET_STRING)
  return token
}

function decodeMechTypes(list: Buffer): string[] {
  const reader = new DerReader(single(list, Tag.SEQUENCE))
  const mechTypes: string[] = []
  while (!reader.done) {
    if (mechTypes.length === MAX_MECHANISMS)
      throw malformed(`More than ${MAX_MECHANISMS} mechanisms are offered.`)
    mechTypes.push(decodeOid(reader.expect(Tag.OBJECT_IDENTIFIER).contents))
  }
  if (mechTypes.length === 0) throw malformed('A NegTokenInit offers no mechanism.')
  return mechTypes
}

function decodeResp(contents: Buffer): NegTokenResp {
  const reader = new DerReader(contents)
  const token: NegTokenResp = { kind: 'resp' }
  const state = reader.optional(Tag.CONTEXT_0)
  if (state) token.negState = decodeNegState(single(state.contents, Tag.ENUMERATED))
  const mechanism = reader.optional(Tag.CONTEXT_1)
  if (mechanism) token.supportedMech = decodeOid(single(mechanism.contents, Tag.OBJECT_IDENTIFIER))
  const responseToken = optionalString(reader, Tag.CONTEXT_2)
  if (responseToken) token.responseToken = responseToken
  const mechListMic = optionalString(reader, Tag.CONTEXT_3)
  if (mechListMic) token.mechListMic = mechListMic
  requireEnd(reader)
  return token
}

function decodeNegState(contents: Buffer): NegState {
  const state = contents.length === 1 ? NEG_STATES[contents[0]] : undefined
  if (state !== undefined) return state
  throw malformed('A NegTokenResp has a negState that RFC 4178 does not know.')
}

function optionalString(reader: DerReader, tag: number): Buffer | undefined {
  const element = reader.optional(tag)
  return element && single(element.contents, Tag.OCTET_STRING)
}

/** The contents of the one element that these bytes are. */
function single(contents: Buffer, tag: number): Buffer {
  const reader = new DerReader(contents)
  const element = reader.expect(tag)
  requireEnd(reader)
  return element.contents
}

function requireEnd(reader: DerReader): void {
  if (!reader.done) throw malformed('A SPNEGO token has elements that do not belong there.')
}

/** The DER of a mechanism list: a SEQUENCE OF OBJECT IDENTIFIER, what a mechListMIC is over. */
export function encodeMechTypeList(mechTypes: readonly string[]): Buffer {
  return der(Tag.SEQUENCE, ...mechTypes.map(encodeOid))
}

/** Writes a NegTokenInit with the GSS header around it. */
export function encodeNegTokenInit({ mechTypes, mechToken, mechListMic }: NegTokenInit): Buffer {
  const fields = [der(Tag.CONTEXT_0, encodeMechTypeList(mechTypes))]
  if (mechToken) fields.push(der(Tag.CONTEXT_2, der(Tag.OCTET_STRING, mechToken)))
  if (mechListMic) fields.push(der(Tag.CONTEXT_3, der(Tag.OCTET_STRING, mechListMic)))
  return der(Tag.APPLICATION_0, encodeOid(SPNEGO_OID), der(Tag.CONTEXT_0, der(Tag.SEQUENCE, ...fields)))
}

/** Writes a NegTokenResp. */
export function encodeNegTokenResp(token: NegTokenResp): Buffer {
  const { negState, supportedMech, responseToken, mechListMic } = token
  const fields: Buffer[] = []
  if (negState) {
    const value = Buffer.from([NEG_STATES.indexOf(negState)])
    fields.push(der(Tag.CONTEXT_0, der(Tag.ENUMERATED, value)))
  }
  if (supportedMech) fields.push(der(Tag.CONTEXT_1, encodeOid(supportedMech)))
  if (responseToken) fields.push(der(Tag.CONTEXT_2, der(Tag.OCTET_STRING, responseToken)))
  if (mechListMic) fields.push(der(Tag.CONTEXT_3, der(Tag.OCTET_STRING, mechListMic)))
  return der(Tag.CONTEXT_1, der(Tag.SEQUENCE, ...fields))
}
