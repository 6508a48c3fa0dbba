import type { Readable, Writable } from 'node:stream'

/** A stream to read, perhaps of a terminal. */
export type Input = Readable & { readonly isTTY?: boolean | undefined }

/** A stream to write, perhaps of a terminal. */
export type Output = Writable & {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

/** The surroundings of a command: a process's own, or those of a program that runs it. */
export interface Terminal {
  readonly stdin: Input
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** Resolves when the user has had enough: for what goes on until then. */
  interrupted(): Promise<void>
}
