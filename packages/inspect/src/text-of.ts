/** Begins of a text by which its encoding is told: PowerShell writes logs in UTF-16. */
const MARKS: readonly (readonly [string, readonly number[]])[] = [
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
]

/** "NTLMSSP", and what a token of SPNEGO begins with: RFC 2743 3.1, RFC 4178 4.2. */
const RAW_TOKENS = [[0x4e, 0x54, 0x4c, 0x4d, 0x53, 0x53, 0x50, 0x00], [0x60], [0xa1]]

/**
 * The text of a file, for `readInput`: UTF-8, or UTF-16 with a byte order mark or without one. A file that is a token itself
 * gives its hex.
 */
export function textOfBytes(bytes: Uint8Array): string {
  if (isRawToken(bytes)) return Array.from(bytes, (octet) => octet.toString(16).padStart(2, '0')).join('')
  const marked = MARKS.find(([, mark]) => mark.every((octet, at) => bytes[at] === octet))
  return new TextDecoder(marked?.[0] ?? unmarked(bytes)).decode(bytes)
}

/** What is ASCII in UTF-16 has a zero in every pair. */
function unmarked([first, second, third, fourth]: Uint8Array): string {
  if (first && second === 0 && third && fourth === 0) return 'utf-16le'
  return first === 0 && second && third === 0 && fourth ? 'utf-16be' : 'utf-8'
}

/** A text may begin with the letter of byte 0x60, but then it has no zeros or other bytes beyond ASCII at once. */
function isRawToken(bytes: Uint8Array): boolean {
  const begins = RAW_TOKENS.some((beginning) => beginning.every((octet, at) => bytes[at] === octet))
  return begins && bytes.subarray(0, 64).some((octet) => octet >= 0x80 || octet === 0)
}
