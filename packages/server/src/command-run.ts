import { writeFileSync } from 'node:fs'
import { type CommandLine, helpOf, readCommandLine, told } from './command-line.js'
import { recordLine } from './record-line.js'
import { createNtlmServer, type NtlmServer } from './server.js'

/** Where a command writes its lines. */
export interface Output {
  out(line: string): void
  error(line: string): void
}

/** A command that has begun and runs on; closing it ends it. */
export interface RunningCommand {
  close(): Promise<void>
}

const NOTICE =
  'For tests and development only: these accounts are a plain list, and no domain controller is asked.'

/**
 * The command `ntlmkit-server`, and `ntlmkit server` by that name. Gives undefined where it could not begin; the reason
 * has been written by then.
 */
export async function runServerCommand(
  args: readonly string[],
  output: Output,
  name = 'ntlmkit-server',
): Promise<RunningCommand | undefined> {
  try {
    const commandLine = readCommandLine(args, name)
    if (commandLine.help) {
      output.out(helpOf(name))
      return { close: async () => {} }
    }
    return await serve(commandLine, output)
  } catch (error) {
    output.error(told(error))
    return undefined
  }
}

async function serve({ options, port, debug, caFile }: CommandLine, output: Output): Promise<NtlmServer> {
  const server = createNtlmServer({
    ...options,
    onRequest: debug ? (record) => output.out(recordLine(record)) : undefined,
  })
  await server.listen(port)
  if (caFile !== undefined && server.ca !== undefined) writeFileSync(caFile, server.ca)
  output.out(`Listening on ${server.url}`)
  output.out(NOTICE)
  return server
}
