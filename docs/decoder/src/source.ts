import { textOfBytes } from '@ntlmkit/inspect'

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
  return { text: textOfBytes(new Uint8Array(content)), name: file.name, bytes: file.size }
}
