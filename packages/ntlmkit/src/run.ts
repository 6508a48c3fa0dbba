import { Command, CommanderError } from 'commander'
import { CommandError } from './command-error.js'
import { decodeCommand, withoutBareSecrets } from './commands/decode.js'
import { probeCommand } from './commands/probe.js'
import { requestCommand } from './commands/request.js'
import { serverCommand } from './commands/server.js'
import { ExitCode } from './exit-codes.js'
import { Screen } from './screen.js'
import type { Terminal } from './terminal.js'
import { version } from './version.js'

const EXAMPLES = `
Examples:

  ntlmkit probe https://intranet.corp/
  ntlmkit request https://intranet.corp/report --user 'CORP\\alice' -o report.pdf
  ntlmkit decode TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAKAGFKAAAADw==
  ntlmkit server --user 'LAB\\alice:made-up' --port 8080 --debug

  ntlmkit COMMAND --help shows the options and the exit codes of each.
`

/** The command line `ntlmkit`. Everything it says goes to the terminal that is given; it resolves to the exit code. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const screen = new Screen(terminal)
  let exitCode: ExitCode = ExitCode.OK
  const finish = (code: ExitCode): void => {
    exitCode = code
  }
  try {
    await program(screen, finish).parseAsync(args[0] === 'decode' ? withoutBareSecrets(args) : [...args], {
      from: 'user',
    })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return explainUsage(error, args, screen)
    return await explain(error, args, screen)
  }
}

function program(screen: Screen, finish: (code: ExitCode) => void): Command {
  const { terminal } = screen
  const command = new Command('ntlmkit')
    .description('NTLM and Negotiate: decode tokens, probe servers, send requests, run a test server.')
    .version(version, '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .enablePositionalOptions()
    .addHelpText('after', EXAMPLES)
  const commands = [decodeCommand, probeCommand, requestCommand, serverCommand]
  for (const make of commands) command.addCommand(make(screen, finish))
  for (const each of [command, ...command.commands]) {
    each.exitOverride().configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      outputError: () => {},
      getOutHelpWidth: () => screen.width,
      getErrHelpWidth: () => screen.width,
    })
  }
  return command
}

/** Only what looks like an option or a command is repeated: a value beside it may be a password. */
const LOOKS_LIKE_A_NAME = /^(-[a-z]|--[a-z][a-z-]{0,30}|[a-z]{2,12})$/i

/** Characters that act on a terminal. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

function explainUsage(error: CommanderError, args: readonly string[], screen: Screen): ExitCode {
  if (error.exitCode === 0) return ExitCode.OK
  if (error.code === 'commander.help') return ExitCode.USAGE
  const known = ['decode', 'probe', 'request', 'server'].find((name) => name === args[0])
  const hint = `ntlmkit ${known === undefined ? '' : `${known} `}--help shows what there is.`
  screen.fail(usageMessage(error), hint)
  return ExitCode.USAGE
}

function usageMessage({ code, message }: CommanderError): string {
  const [, named = ''] = /'([^'=]*)/.exec(message) ?? []
  const name = LOOKS_LIKE_A_NAME.test(named) ? `${named}` : undefined
  // Commander sees what is near: any other word may be a password that stands in the wrong place.
  const isNear = message.includes('(Did you mean')
  if (code === 'commander.unknownOption') return `There is no option ${(isNear && name) || 'of that name'}.`
  if (code === 'commander.unknownCommand') return `There is no command ${(isNear && name) || 'of that name'}.`
  const [, option, rule] = /^error: option '([^']*)' argument '.*' is invalid\. ?(.*)$/s.exec(message) ?? []
  if (option !== undefined) return `What ${option} was given is invalid. ${rule}`.trimEnd()
  const said = message
    .replace(/^error: /, '')
    .split('\n', 1)[0]
    .replaceAll(UNSEEN, '?')
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}${said.endsWith('.') ? '' : '.'}`
}

async function explain(error: unknown, args: readonly string[], screen: Screen): Promise<ExitCode> {
  if (error instanceof CommandError) {
    screen.fail(error.message, error.hint)
    return error.exitCode
  }
  const { errorInLines } = await import('./error-lines.js')
  const { message, hint, exitCode, findings } = errorInLines(error, schemeIn(args))
  screen.fail(message, hint)
  for (const line of findings) screen.say(line)
  return exitCode
}

/** The scheme of the URL among the arguments of probe and request. */
function schemeIn(args: readonly string[]): 'http:' | 'https:' | undefined {
  const url = args.find((arg) => /^https?:/i.test(arg))
  if (url === undefined) return undefined
  return /^https:/i.test(url) ? 'https:' : 'http:'
}
