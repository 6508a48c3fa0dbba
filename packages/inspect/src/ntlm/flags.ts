import type { DecodedField } from '../decoded.js'
import type { Part } from '../part.js'

/** The flags that decoding depends on ([MS-NLMP] 2.2.2.5). */
export const UNICODE = 0x1
export const OEM = 0x2
export const ESS = 0x80000
export const TARGET_INFO = 0x800000
export const VERSION = 0x2000000
const ANONYMOUS = 0x800

/** All bits of [MS-NLMP] 2.2.2.5 from the lowest up: the name without its NTLMSSP_, and what it means. */
export const FLAGS: readonly (readonly [name: string, meaning: string])[] = [
  ['NEGOTIATE_UNICODE', 'names are UTF-16'],
  ['NEGOTIATE_OEM', 'names are in a code page'],
  ['REQUEST_TARGET', 'the server is to name itself'],
  ['RESERVED_10', 'reserved'],
  ['NEGOTIATE_SIGN', 'messages can be signed'],
  ['NEGOTIATE_SEAL', 'messages can be encrypted'],
  ['NEGOTIATE_DATAGRAM', 'connectionless'],
  ['NEGOTIATE_LM_KEY', 'keys from the LM response, weak'],
  ['RESERVED_9', 'reserved, once NetWare'],
  ['NEGOTIATE_NTLM', 'NTLM, either version'],
  ['RESERVED_8', 'reserved'],
  ['ANONYMOUS', 'nobody logs on'],
  ['NEGOTIATE_OEM_DOMAIN_SUPPLIED', "the client's domain is in the message"],
  ['NEGOTIATE_OEM_WORKSTATION_SUPPLIED', "the client's name is in the message"],
  ['RESERVED_7', 'reserved, once a call from the same machine'],
  ['NEGOTIATE_ALWAYS_SIGN', 'a signature with every message, if only a dummy'],
  ['TARGET_TYPE_DOMAIN', 'TargetName is a domain'],
  ['TARGET_TYPE_SERVER', 'TargetName is a server'],
  ['RESERVED_6', 'reserved, once a share'],
  [
    'NEGOTIATE_EXTENDED_SESSIONSECURITY',
    'NTLMv2 session security, and NTLMv1 responses with a client challenge',
  ],
  ['NEGOTIATE_IDENTIFY', 'the server may identify the user, not act as one'],
  ['RESERVED_5', 'reserved'],
  ['REQUEST_NON_NT_SESSION_KEY', 'keys from the LM hash'],
  ['NEGOTIATE_TARGET_INFO', "the server's names and time come as AV pairs"],
  ['RESERVED_4', 'reserved'],
  ['NEGOTIATE_VERSION', 'the Version field is filled'],
  ['RESERVED_3', 'reserved'],
  ['RESERVED_2', 'reserved'],
  ['RESERVED_1', 'reserved'],
  ['NEGOTIATE_128', '128-bit keys'],
  ['NEGOTIATE_KEY_EXCH', 'the client sends a session key of its own'],
  ['NEGOTIATE_56', '56-bit keys'],
]

/** The flags in a NegotiateFlags field; none where the message ends in it. */
export function flagsOf(part: Part): number {
  return part.length === 4 ? part.u32(0) : 0
}

/** The NegotiateFlags of a message, each flag that is set as a field of the byte that it is in. */
export function flagsField(part: Part, type: 'negotiate' | 'challenge' | 'authenticate'): DecodedField {
  const flags = flagsOf(part)
  const fields = FLAGS.flatMap(([name, explanation], bit) => {
    if (((flags >>> bit) & 1) === 0) return []
    const at = bit >> 3
    return [part.slice(at, at + 1).field(`NTLMSSP_${name}`, hex32(2 ** bit), { explanation })]
  })
  const problem = part.length === 4 ? problemOf(flags, type) : undefined
  return part.field('NegotiateFlags', hex32(flags), { problem, fields })
}

export function hex32(number: number): string {
  return `0x${number.toString(16).padStart(8, '0')}`
}

function problemOf(flags: number, type: string): string | undefined {
  const problems: string[] = []
  const sets = flags & (UNICODE | OEM)
  if (sets === 0) problems.push('neither Unicode nor OEM is set: OEM is assumed')
  // A NEGOTIATE offers both for the server to choose.
  if (sets === (UNICODE | OEM) && type !== 'negotiate')
    problems.push('both Unicode and OEM are set: Unicode holds')
  const reserved = FLAGS.filter(([name], bit) => name.startsWith('RES') && (flags >>> bit) & 1)
  if (reserved.length > 0)
    problems.push(`reserved bits are set: ${reserved.map(([name]) => name.toLowerCase()).join(', ')}`)
  if (flags & ANONYMOUS && type !== 'authenticate') problems.push('ANONYMOUS belongs in an AUTHENTICATE only')
  return problems.join('; ') || undefined
}
