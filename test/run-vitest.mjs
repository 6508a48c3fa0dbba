// What the commands of single suites have in common: vitest on them, most told by the environment to try all.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')

/**
 * @param {readonly string[]} args of `vitest run`
 * @param {Readonly<Record<string, string>>} [environment] beside that of this process
 */
export function runVitest(args, environment = {}) {
  const { status } = spawnSync(process.execPath, [vitest, 'run', ...args], {
    stdio: 'inherit',
    cwd: root,
    env: { ...process.env, ...environment },
  })
  process.exit(status ?? 1)
}
