import colours from 'picocolors'
import { HELP, readCommandLine, Unusable } from './command-line.js'
import { showEmbedded } from './embedded.js'
import { explain } from './failures.js'
import { showRemote } from './remote.js'

try {
  const commandLine = readCommandLine(process.argv.slice(2), process.env)
  if (commandLine.help) console.log(HELP)
  else if (commandLine.remote) await showRemote(commandLine.remote, commandLine)
  else await showEmbedded(commandLine)
} catch (error) {
  process.exitCode = 1
  if (error instanceof Unusable) console.error(`${colours.red(error.message)}\n${error.hint}`)
  else console.error(explain(error))
}
