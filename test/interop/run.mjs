// Runs the interop suite where it can run: the servers come from Debian's packages, and installing takes root.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { runVitest } from '../run-vitest.mjs'

const missing = [
  existsSync('/etc/debian_version') ? undefined : 'Debian',
  process.getuid?.() === 0 ? undefined : 'root',
].filter((need) => need !== undefined)

if (missing.length > 0) {
  console.log(
    `Interop tests skipped: they install servers from Debian's packages and need ${missing.join(' and ')}.`,
  )
  process.exit(0)
}

runVitest(['--config', fileURLToPath(new URL('vitest.config.ts', import.meta.url)), ...process.argv.slice(2)])
