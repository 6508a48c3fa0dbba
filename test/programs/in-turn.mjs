// Runs the programs it is given one after the other, each when the one before has left nothing that could still run, and
// prints a NUL behind each. One process for all: most of the time a small program takes, it loads its libraries.
import { pathToFileURL } from 'node:url'

const files = process.argv.slice(2)
runNext()

// No `await` in here: Node itself complains of one that is pending when there is nothing left to run.
function runNext() {
  const file = files.shift()
  if (file === undefined) return
  let hasEnded = false
  process.once('beforeExit', () => {
    if (!hasEnded) throw new Error(`${file} waits for what never happens.`)
    process.stdout.write('\0')
    runNext()
  })
  // Behind an immediate: where all it needs is loaded, a program may never make the event loop wait, and then there would
  // be no end of it to wait for.
  setImmediate(async () => {
    await import(pathToFileURL(file).href)
    hasEnded = true
  })
}
