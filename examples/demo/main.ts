import { run } from 'ntlmkit'
import colours from 'picocolors'
import { HELP, probeArguments, readCommandLine, Unusable } from './command-line.js'
import { showEmbedded } from './embedded.js'
import { explain } from './failures.js'

const args = process.argv.slice(2)
const forProbe = probeArguments(args)
if (forProbe === undefined) await demonstrate()
else {
  const { stdin, stdout, stderr, env } = process
  process.exitCode = await run(forProbe, {
    stdin,
    stdout,
    stderr,
    env,
    interrupted: () => new Promise(() => {}),
  })
}

async function demonstrate(): Promise<void> {
  try {
    const commandLine = readCommandLine(args)
    if (commandLine.help) console.log(HELP)
    else await showEmbedded(commandLine)
  } catch (error) {
    process.exitCode = 1
    if (error instanceof Unusable) console.error(`${colours.red(error.message)}\n${error.hint}`)
    else console.error(explain(error))
  }
}
