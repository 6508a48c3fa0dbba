import type { DecodedField, NtlmFacts } from '../decoded.js'
import { isNtlm, readMessage } from '../ntlm/message.js'
import type { Part } from '../part.js'
import { elementsOf, oidOf, Tag } from './der.js'
import { isKerberos, mechanismName, NTLM, SPNEGO } from './mechanisms.js'

/** The token of a mechanism: alone, or in SPNEGO. */
export interface MechToken {
  /** `NTLM CHALLENGE`, `Kerberos AP-REQ`; undefined for what is neither. */
  readonly title: string | undefined
  readonly fields: readonly DecodedField[]
  readonly facts?: NtlmFacts | undefined
}

/** By the TOK_ID of RFC 4121 4.1, as it is in the bytes. */
const TOKENS: Readonly<Record<string, string>> = {
  '0100': 'AP-REQ',
  '0200': 'AP-REP',
  '0300': 'KRB-ERROR',
  '0400': 'TGT-REQ',
}

/** Without the GSS header: the structures themselves (RFC 4120 5.5 and 5.9). */
const STRUCTURES: Readonly<Record<number, string>> = {
  [Tag.APPLICATION_14]: 'AP-REQ',
  [Tag.APPLICATION_15]: 'AP-REP',
  [Tag.APPLICATION_30]: 'KRB-ERROR',
}

export function readMechToken(part: Part, problems: string[]): MechToken {
  if (isNtlm(part)) return readMessage(part, problems)
  if (part.u8(0) === Tag.APPLICATION_0) return readGss(part, problems)
  const structure = STRUCTURES[part.u8(0)]
  if (structure === undefined) return { title: undefined, fields: [] }
  return { title: `Kerberos ${structure}`, fields: [part.field(structure, part.dump)] }
}

/** A token with the header of GSS-API around it (RFC 2743 3.1); SPNEGO's own is read elsewhere. */
function readGss(part: Part, problems: string[]): MechToken {
  const [outer] = elementsOf(part, problems)
  const [mechanism] = outer === undefined ? [] : elementsOf(outer.contents.slice(0, 64), [])
  if (outer === undefined || mechanism?.tag !== Tag.OBJECT_IDENTIFIER) return { title: undefined, fields: [] }
  const oid = oidOf(mechanism.contents)
  const rest = outer.contents.slice(mechanism.whole.length)
  const thisMech = mechanism.whole.field('thisMech', oid, { explanation: mechanismName(oid) })
  if (oid === NTLM && isNtlm(rest)) {
    const message = readMessage(rest, problems)
    return { ...message, fields: [thisMech, ...message.fields] }
  }
  const name = oid === SPNEGO ? undefined : mechanismName(oid)
  if (!isKerberos(oid)) return { title: name, fields: [thisMech, rest.field('token', rest.dump)] }
  const id = rest.slice(0, 2)
  const token = TOKENS[id.hex] ?? 'token'
  const fields = [
    thisMech,
    id.field('TOK_ID', id.hex, { explanation: TOKENS[id.hex] }),
    rest.slice(2).field(token, rest.slice(2).dump),
  ]
  return { title: `Kerberos ${token}`, fields }
}
