import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { shown } from '@ntlmkit/core'
import { CommandError } from '../command-error.js'
import type { Input } from '../terminal.js'

/** The body of a request, which is read while it is sent. */
export interface RequestBody {
  readonly stream: Readable
  /** Bytes; undefined where that is not known before the end. */
  readonly length: number | undefined
  /** The Content-Type that goes with it unless another is given. */
  readonly type: string
}

const BYTES = 'application/octet-stream'
/** What curl says of the same. */
const TEXT = 'application/x-www-form-urlencoded'

/**
 * The body that `-d` means: text, `@file`, or `-` for standard input.
 *
 * @throws {CommandError} for a file that cannot be read.
 */
export async function bodyOf(data: string | undefined, stdin: Input): Promise<RequestBody | undefined> {
  if (data === undefined) return undefined
  if (data === '-' || data === '@-') return { stream: stdin, length: undefined, type: BYTES }
  if (!data.startsWith('@')) {
    const bytes = Buffer.from(data)
    return { stream: Readable.from([bytes], { objectMode: false }), length: bytes.length, type: TEXT }
  }
  return fileBody(data.slice(1))
}

async function fileBody(path: string): Promise<RequestBody> {
  try {
    const file = await open(path)
    const stats = await file.stat()
    await file.close()
    if (stats.isDirectory()) throw new Error('It is a folder.')
    return { stream: createReadStream(path), length: stats.isFile() ? stats.size : undefined, type: BYTES }
  } catch {
    throw new CommandError(`${shown(path)} cannot be read.`, 'Look at its path and permissions.')
  }
}
