import { Command } from 'commander'
import { ExitCode } from '../exit-codes.js'
import type { Screen } from '../screen.js'

/** `ntlmkit server`: what `ntlmkit-server` of @ntlmkit/server does, whose options these are. */
export function serverCommand(screen: Screen, finish: (code: ExitCode) => void): Command {
  return new Command('server')
    .description('run a server that asks for NTLM, for tests and development')
    .argument('[options...]')
    .usage("--user 'DOMAIN\\user:password' [options]")
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (args: string[]) => {
      const { runServerCommand } = await import('@ntlmkit/server')
      const output = {
        out: (line: string) => screen.print(line),
        error: (text: string) => {
          const [message, ...hint] = text.split('\n')
          screen.fail(message, hint.join('\n'))
        },
      }
      const running = await runServerCommand(args, output, 'ntlmkit server')
      if (running === undefined) return finish(ExitCode.USAGE)
      if (args.includes('--help') || args.includes('-h')) return
      await screen.terminal.interrupted()
      await running.close()
    })
}
