// Runs the programs it is given one after the other, each when the one before has left nothing that could still run, and
// prints a NUL behind each. One process for all: most of the time a small program takes, it loads its libraries.
import { pathToFileURL } from 'node:url'

for (const file of process.argv.slice(2)) {
  await import(pathToFileURL(file).href)
  await new Promise((resolve) => process.once('beforeExit', resolve))
  process.stdout.write('\0')
}
