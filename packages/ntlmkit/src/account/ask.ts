import { PassThrough, type Readable } from 'node:stream'
import { shown } from '@ntlmkit/core'
import { CommandError } from '../command-error.js'
import { ExitCode } from '../exit-codes.js'
import type { Screen } from '../screen.js'

/**
 * Asks for a secret on the terminal, without echo; the question goes to standard error, so that output can be piped.
 *
 * @param elsewhere where else it can come from, for whoever has no terminal.
 */
export async function askSecret(question: string, elsewhere: string, screen: Screen): Promise<string> {
  if (!screen.canAsk) {
    throw new CommandError(`There is no terminal to ask for the ${question} on.`, elsewhere)
  }
  const { default: password } = await import('@inquirer/password')
  const { stdin, stderr } = screen.terminal
  // The prompt ends the stream that it writes to; standard error is still needed.
  const output = new PassThrough()
  output.pipe(stderr, { end: false })
  try {
    return await password({ message: `${shown(question)}:` }, { input: stdin as Readable, output })
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') {
      throw new CommandError('Interrupted.', 'Nothing was sent.', ExitCode.INTERRUPTED)
    }
    throw error
  } finally {
    output.unpipe(stderr)
  }
}
