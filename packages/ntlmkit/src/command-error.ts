import { ExitCode } from './exit-codes.js'

/** The end of a command, in two lines: what is wrong, and what to do next. */
export class CommandError extends Error {
  readonly hint: string
  readonly exitCode: ExitCode

  constructor(message: string, hint: string, exitCode: ExitCode = ExitCode.USAGE) {
    super(message)
    this.name = 'CommandError'
    this.hint = hint
    this.exitCode = exitCode
  }
}
