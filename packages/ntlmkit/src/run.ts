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
    await program(screen, finish).parseAsync(meantBy(args), { from: 'user' })
    return exitCode
  } catch (error) {
    if (error instanceof CommanderError) return explainUsage(error, args, screen)
    return await explain(error, args, screen)
  }
}

/** What is another spelling, in that of the commands. */
function meantBy(args: readonly string[]): string[] {
  const [first, second] = args
  // Help is a wish, also the one of somebody who does not know what to write.
  if (first === undefined || (first === 'help' && second === undefined)) return ['--help']
  if (first === 'help' && COMMANDS.includes(second)) return [second, '--help']
  if (first === 'help') return [second]
  if (first === '-V') return ['--version']
  return first === 'decode' ? withoutBareSecrets(args) : [...args]
}

const COMMANDS = ['decode', 'probe', 'request', 'server']

function program(screen: Screen, finish: (code: ExitCode) => void): Command {
  const { terminal } = screen
  const command = new Command('ntlmkit')
    .description('NTLM and Negotiate: decode tokens, probe servers, send requests, run a test server.')
    .version(version, '-v, --version', 'show the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
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
  const known = COMMANDS.find((name) => name === args[0])
  const hint = `ntlmkit ${known === undefined ? '' : `${known} `}--help shows what there is.`
  screen.fail(usageMessage(error), `${adviceFor(error)}${hint}`)
  return ExitCode.USAGE
}

function usageMessage({ code, message }: CommanderError): string {
  const [, named = ''] = /'([^'=]*)/.exec(message) ?? []
  const name = LOOKS_LIKE_A_NAME.test(named) ? `${named}` : undefined
  // Commander sees what is near: any other word may be a password that stands in the wrong place.
  const isNear = message.includes('(Did you mean') || MEANT[named] !== undefined
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

/** What was meant by a name that there is none of, with a space behind it. */
function adviceFor({ code, message }: CommanderError): string {
  const [, named = ''] = /'([^'=]*)/.exec(message) ?? []
  if (MEANT[named] !== undefined && code === 'commander.unknownOption') return `${MEANT[named]} `
  // commander's own suggestion, which names nothing that was not there before.
  const [, suggested] = /\(Did you mean (?:one of )?([a-z, -]+)\?\)/.exec(message) ?? []
  return suggested === undefined ? '' : `Did you mean ${suggested.replace(/, (?=[^,]*$)/, ' or ')}? `
}

/** Options of other programs, by what is meant here. */
const MEANT: Readonly<Record<string, string>> = {
  '--username': "Write it as --user 'DOMAIN\\user'.",
  '--password':
    'It is asked for, or comes from NTLM_PASSWORD or a netrc file: a command line can be read by everybody.',
  '--pass':
    'It is asked for, or comes from NTLM_PASSWORD or a netrc file: a command line can be read by everybody.',
  '--domain': "Write it before the name: --user 'DOMAIN\\user'.",
  '--ntlm': 'It goes without saying here.',
  '--negotiate': 'What the server offers is taken.',
  '--location': 'Redirects are not followed: request where the answer leads.',
  '--method': 'Write it as -X.',
  '--body': 'Write it as --data.',
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
