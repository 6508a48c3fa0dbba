// Builds everything: tsc into packages/*/build, Rollup from there into packages/*/dist, then what runs on those.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const tool = (...path) => join(root, 'node_modules', ...path)
const tsc = tool('typescript', 'bin', 'tsc')

const packages = readdirSync(join(root, 'packages'))
  .map((name) => join(root, 'packages', name))
  .filter((directory) => existsSync(join(directory, 'tsconfig.json')))

node(tsc, '-b', ...packages)
// What an earlier build left would be published too.
for (const directory of packages) rmSync(join(directory, 'dist'), { recursive: true, force: true })
node(tool('rollup', 'dist', 'bin', 'rollup'), '--config', '--silent')
// `ntlmkit decode --web` serves the page of the documentation.
const page = join(root, 'docs', 'decoder', 'index.html')
if (existsSync(page)) copyFileSync(page, join(root, 'packages', 'ntlmkit', 'dist', 'decoder.html'))
node(tsc, '-b')

function node(script, ...args) {
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' })
  if (status !== 0) process.exit(1)
}
