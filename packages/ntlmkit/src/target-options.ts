import { type Command, InvalidArgumentError } from 'commander'

/** The options that say how to reach a server. */
export interface TargetOptions {
  cacert?: string | undefined
  insecure?: boolean | undefined
  timeout: number
}

/** Adds the options to a command. */
export function withTarget(command: Command): Command {
  return command
    .option('--cacert <file>', 'trust the authority in this file (PEM or DER)')
    .option('-k, --insecure', 'trust any certificate')
    .option('--timeout <seconds>', 'how long connecting and each answer may take', seconds, 30)
}

function seconds(text: string): number {
  const number = Number(text)
  if (number > 0 && number <= 86_400) return number
  throw new InvalidArgumentError('It is a number of seconds above 0.')
}
