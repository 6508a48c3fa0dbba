// Runs the whole fault matrix; `node run.mjs axios` runs that of one client. Options are handed on to vitest.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const options = process.argv.slice(2).filter((argument) => argument.startsWith('-'))
const client = process.argv.slice(2).find((argument) => !argument.startsWith('-'))

const { status } = spawnSync(process.execPath, [vitest, 'run', 'test/faults', ...options], {
  stdio: 'inherit',
  cwd: root,
  env: { ...process.env, NTLMKIT_FAULTS: 'all', ...(client ? { NTLMKIT_FAULTS_CLIENT: client } : {}) },
})
process.exit(status ?? 1)
