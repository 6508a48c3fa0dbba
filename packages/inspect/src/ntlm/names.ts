import { type Part, quoted } from '../part.js'
import { UNICODE } from './flags.js'

/** A name in a message, and what is wrong with its bytes. */
export interface Name {
  readonly text: string
  readonly problem?: string | undefined
}

/** A name in the character set that the flags announce; in the other one where it is plainly that. */
export function nameOf(part: Part, flags: number): Name {
  return (flags & UNICODE) === 0 ? oemName(part) : unicodeName(part)
}

export function nameField(name: string, part: Part, { text, problem }: Name, explanation?: string) {
  return part.field(name, quoted(text), { explanation, problem })
}

/** AV pairs are Unicode whatever the flags say. */
export function unicodeName(part: Part): Name {
  if (looksOem(part)) return { text: part.ascii, problem: 'looks like OEM text, while Unicode was announced' }
  const problem = part.length % 2 === 0 ? undefined : `${part.length} bytes are odd for Unicode`
  return { text: part.slice(0, part.length & ~1).utf16, problem }
}

function oemName(part: Part): Name {
  if (looksUnicode(part)) return { text: part.utf16, problem: 'looks like Unicode, while OEM was announced' }
  const isAscii = part.bytes.every((octet) => octet < 0x80)
  return {
    text: part.ascii,
    problem: isAscii ? undefined : 'has characters of a code page that nobody names',
  }
}

/** Letters, digits and what else stands in names of accounts and machines, a byte each. */
function looksOem(part: Part): boolean {
  return part.length > 1 && /^[\w.$@ -]+$/.test(part.ascii)
}

function looksUnicode({ bytes, length }: Part): boolean {
  if (length < 2 || length % 2 !== 0) return false
  return bytes.every((octet, at) => (at % 2 === 0 ? octet > 0 : octet === 0))
}
