import type { DecodedField, NtlmFacts } from '../decoded.js'
import type { Part } from '../part.js'
import { readAuthenticate } from './authenticate.js'
import { readChallenge } from './challenge.js'
import { Header } from './header.js'
import { readNegotiate } from './negotiate.js'

export const SIGNATURE = 'NTLMSSP\0'

/** An NTLM message, read as far as it can be. */
export interface ReadMessage {
  /** `NTLM CHALLENGE`. */
  readonly title: string
  readonly fields: readonly DecodedField[]
  readonly facts: NtlmFacts | undefined
}

/** By MessageType. */
const READERS = {
  1: ['NEGOTIATE', readNegotiate],
  2: ['CHALLENGE', readChallenge],
  3: ['AUTHENTICATE', readAuthenticate],
} as const

export function isNtlm(part: Part): boolean {
  return part.slice(0, SIGNATURE.length).ascii === SIGNATURE
}

/** Reads a message that begins with the signature ([MS-NLMP] 2.2.1). */
export function readMessage(message: Part, problems: string[]): ReadMessage {
  const header = new Header(message, problems)
  header.add(header.take('Signature', 8).field('Signature', 'NTLMSSP'))
  const typeField = header.take('MessageType', 4)
  const type = typeField.u32(0)
  if (type !== 1 && type !== 2 && type !== 3) {
    header.add(typeField.field('MessageType', String(type), { problem: 'is not 1, 2 or 3' }))
    return { title: 'NTLM message of unknown type', fields: header.fields, facts: undefined }
  }
  const [name, read] = READERS[type]
  header.add(typeField.field('MessageType', String(type), { explanation: name }))
  const facts = read(header, problems)
  return { title: `NTLM ${name}`, fields: header.fields, facts }
}
