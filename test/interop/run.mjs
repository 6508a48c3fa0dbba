// Runs the interop suite where it can run: the servers come from Debian's packages, and installing takes root.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
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

const vitest = join(here, '..', '..', 'node_modules', 'vitest', 'vitest.mjs')
const config = join(here, 'vitest.config.ts')
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--config', config, ...process.argv.slice(2)],
  { stdio: 'inherit', cwd: join(here, '..', '..') },
)
process.exit(status ?? 1)
