import { readFileSync, statSync } from 'node:fs'
import { buffer } from 'node:stream/consumers'
import { shown } from '@ntlmkit/core'
import { textOfBytes } from '@ntlmkit/inspect'
import { CommandError } from '../command-error.js'
import type { Terminal } from '../terminal.js'
import { looksLikePath } from './path.js'

/**
 * The text to decode: each argument is `-`, a file that exists, or the text itself; without any, what is piped in.
 *
 * @throws {CommandError} where nothing is given, and for a folder or a file that is not there.
 */
export async function inputText(args: readonly string[], { stdin }: Terminal): Promise<string> {
  if (args.length > 0) {
    const parts = args.map(async (arg) => (arg === '-' ? textOfBytes(await buffer(stdin)) : fileOrText(arg)))
    return (await Promise.all(parts)).join('\n')
  }
  if (stdin.isTTY !== true) return textOfBytes(await buffer(stdin))
  throw new CommandError(
    'There is nothing to decode.',
    'Give a token, a header line or a file, or pipe one in: ntlmkit decode TlRMTVNTUAAB...',
  )
}

function fileOrText(arg: string): string {
  const kind = kindOf(arg)
  if (kind === 'folder') {
    throw new CommandError(`${shown(arg)} is a folder.`, 'Name a file in it.')
  }
  if (kind === 'file') return textOfBytes(contentsOf(arg))
  if (!looksLikePath(arg)) return arg
  throw new CommandError(
    `There is no such file: ${shown(arg)}.`,
    'Look at its path; a token or a header line can stand there as it is.',
  )
}

function contentsOf(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch {
    throw new CommandError(`${shown(file)} cannot be read.`, 'Look at its permissions.')
  }
}

function kindOf(path: string): 'file' | 'folder' | undefined {
  try {
    // A pipe that a shell opens (`<(...)`) is read as a file is.
    return statSync(path).isDirectory() ? 'folder' : 'file'
  } catch {
    return undefined
  }
}
