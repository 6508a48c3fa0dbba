// The packages that the trials drive are installed only for them: nobody else's install should wait for these.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runVitest } from '../run-vitest.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '..', '..')

install()
run(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', here])
runVitest(['--config', join(here, 'vitest.config.ts'), ...process.argv.slice(2)])

function install() {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  run('npx', [
    '--yes',
    packageManager,
    'install',
    '--frozen-lockfile',
    '--prefer-offline',
    '--reporter=append-only',
    '--filter=@ntlmkit/adopters',
  ])
}

/** Only a failure shows what the command printed. */
function run(command, args) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    // npx is a script on Windows, which only a shell starts.
    shell: process.platform === 'win32' && command === 'npx',
  })
  if (status === 0) return
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`)
  console.error(`\`${command} ${args.join(' ')}\` failed${error ? `: ${error.message}` : ''}.`)
  process.exit(1)
}
