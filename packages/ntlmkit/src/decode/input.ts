import { readFileSync, statSync } from 'node:fs'
import { text as textOf } from 'node:stream/consumers'
import { CommandError } from '../command-error.js'
import type { Terminal } from '../terminal.js'

/**
 * The text to decode: each argument is `-`, a file that exists, or the text itself; without any, what is piped in.
 *
 * @throws {CommandError} where nothing is given.
 */
export async function inputText(args: readonly string[], { stdin }: Terminal): Promise<string> {
  if (args.length > 0) {
    const parts = await Promise.all(args.map((arg) => (arg === '-' ? textOf(stdin) : fileOrText(arg))))
    return parts.join('\n')
  }
  if (stdin.isTTY !== true) return textOf(stdin)
  throw new CommandError(
    'There is nothing to decode.',
    'Give a token, a header line or a file, or pipe one in: ntlmkit decode TlRMTVNTUAAB...',
  )
}

function fileOrText(arg: string): string {
  return isFile(arg) ? readFileSync(arg, 'utf8') : arg
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}
