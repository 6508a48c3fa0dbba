/** A text that somebody gave, whichever way. */
export interface Source {
  readonly text: string
  /** `intranet.har`; none for what stands in the text area. */
  readonly name?: string | undefined
  readonly bytes: number
}

/** Browsers read a string of this size at once; a HAR that is larger has bodies in it, which nobody needs. */
export const LARGEST = 64_000_000

/** @throws {Error} with a sentence for the reader of the page. */
export async function sourceOf(file: File): Promise<Source> {
  if (file.size > LARGEST) {
    throw new Error(
      `${file.name} is larger than the 64 MB that this page reads. Save it without bodies, or with the one conversation alone.`,
    )
  }
  const content = await file.arrayBuffer().catch(() => {
    throw new Error(`${file.name} cannot be read.`)
  })
  return { text: textOf(new Uint8Array(content)), name: file.name, bytes: file.size }
}

/** "NTLMSSP", and what a token of SPNEGO begins with: RFC 2743 3.1, RFC 4178 4.2. */
const RAW_TOKENS = [[0x4e, 0x54, 0x4c, 0x4d, 0x53, 0x53, 0x50, 0x00], [0x60], [0xa1]]

/** A file may be a token itself; and PowerShell's `>` writes UTF-16. */
function textOf(bytes: Uint8Array): string {
  const begins = (beginning: readonly number[]) => beginning.every((byte, index) => bytes[index] === byte)
  if (begins([0xff, 0xfe])) return new TextDecoder('utf-16le').decode(bytes)
  if (begins([0xfe, 0xff])) return new TextDecoder('utf-16be').decode(bytes)
  // A text may begin with the letter of byte 0x60, but then it has no zeros or other bytes beyond ASCII at once.
  if (RAW_TOKENS.some(begins) && bytes.subarray(0, 64).some((byte) => byte >= 0x80 || byte === 0)) {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  }
  return new TextDecoder().decode(bytes)
}
