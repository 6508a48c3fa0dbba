// What a fresh clone needs before anything runs: only Node and npm are taken for granted.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const installed = join(root, 'node_modules', '.installed-lockfile')

requireNode()
install()
build()

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  stop(`ntlmkit needs Node 20.19 or newer; this is ${process.version}.`)
}

function install() {
  const lockfile = createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .digest('hex')
  if (existsSync(installed) && readFileSync(installed, 'utf8') === lockfile) return
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  console.log(`Installing dependencies with ${packageManager} ...`)
  // What other people's packages need, a third of everything, is installed by `npm run test:adopters` alone.
  const options = ['--frozen-lockfile', '--reporter=append-only', '--filter=!@ntlmkit/adopters']
  run('npx', ['--yes', packageManager, 'install', ...options], 'quiet')
  writeFileSync(installed, lockfile)
}

function build() {
  console.log('Building ...')
  run(process.execPath, [join(root, '.ci', 'build.mjs')])
}

/** In `quiet` only a failure shows what the command printed. */
function run(command, args, mode) {
  const quiet = mode === 'quiet'
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    encoding: 'utf8',
    // npx is a script on Windows, which only a shell starts.
    shell: process.platform === 'win32' && command === 'npx',
  })
  if (status === 0) return
  if (quiet) process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`)
  stop(`\`${command} ${args.join(' ')}\` failed${error ? `: ${error.message}` : ''}.`)
}

function stop(message) {
  console.error(message)
  process.exit(1)
}
