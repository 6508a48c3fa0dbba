// The long run: sequences of commands until the servers have seen 100,000 requests, or as many as the argument says.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '..', '..')
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
const config = join(here, 'vitest.config.ts')
const [requests = '100000', ...rest] = process.argv.slice(2)

const { status } = spawnSync(process.execPath, [vitest, 'run', '--config', config, ...rest], {
  stdio: 'inherit',
  cwd: root,
  env: { ...process.env, NTLMKIT_IDENTITY_REQUESTS: requests },
})
process.exit(status ?? 1)
