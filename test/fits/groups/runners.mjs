// Test runners as they come: a test that logs in, by require, and through what each makes of `import`.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loginsTo } from '../logins.mjs'
import { failureOf, once, run } from '../processes.mjs'
import { CLIENTS as ALL, asCommonJs, program, write, writeLogins } from '../sources.mjs'
import { CLIENTS, JESTS, RUNNERS, WITH_JEST } from '../versions.mjs'

/** Jest has no `import()` in CommonJS without a flag, so got cannot be loaded there by anybody. */
const IN_JEST = ALL.filter((client) => client !== 'got')
const SECONDS = 240

export function runners(context) {
  for (const [major, jest] of Object.entries(JESTS)) {
    const folder = once(() => prepareJest(context.folders, major, jest))
    addRunner(context, `Jest ${major}, require`, IN_JEST, folder, jestRun('require'))
    addRunner(context, `Jest ${major}, babel-jest`, IN_JEST, folder, jestRun('babel'))
    addRunner(context, `Jest ${major}, ts-jest`, IN_JEST, folder, jestRun('ts'))
  }
  const folder = once(() => prepareOthers(context.folders))
  const { vitest, mocha } = RUNNERS
  addRunner(context, `Vitest ${vitest}`, ALL, folder, vitestRun(context))
  addRunner(context, `mocha ${mocha}, import`, ALL, folder, mochaRun('mocha-import/*.test.mjs'))
  addRunner(context, `mocha ${mocha}, require`, ALL, folder, mochaRun('mocha-require/*.test.cjs'))
}

/** A row for each client, from one run of the runner. */
function addRunner({ rows, target }, title, clients, folder, runTests) {
  const { targets, env } = loginsTo(target, clients)
  const outcome = once(async () => runTests(await folder(), env))
  for (const client of clients) {
    rows.add(`${title}: ${client}`, async () => {
      const { result, failures, passed } = await outcome()
      if (failures.has(client)) throw new Error(shortened(failures.get(client)))
      if (!passed.has(client)) throw new Error(`no such test ran: ${failureOf(result, SECONDS)}`)
      target.assertLogin(targets[client])
    })
  }
}

function jestRun(kind) {
  return async (directory, env) => {
    const jest = join(directory, 'node_modules', 'jest', 'bin', 'jest.js')
    const report = join(directory, `${kind}.json`)
    const args = [jest, '--rootDir', join(directory, kind), '-i', '--json', `--outputFile=${report}`]
    return readReport(
      await run(process.execPath, args, { cwd: join(directory, kind), env, seconds: SECONDS }),
      report,
    )
  }
}

function vitestRun({ tools }) {
  return async (directory, env) => {
    const vitest = join(directory, 'node_modules', 'vitest', 'vitest.mjs')
    const report = join(directory, 'vitest.json')
    const args = [vitest, 'run', '--dir', 'vitest', '--reporter=json', `--outputFile=${report}`]
    // Vitest 5 needs a newer Node than the harness.
    const node = (await tools).node('24')
    return readReport(await run(node, args, { cwd: directory, env, seconds: SECONDS }), report)
  }
}

function mochaRun(files) {
  return async (directory, env) => {
    const mocha = join(directory, 'node_modules', 'mocha', 'bin', 'mocha.js')
    const args = [mocha, '--reporter', 'json', '--timeout', '20000', files]
    const result = await run(process.execPath, args, { cwd: directory, env, seconds: SECONDS })
    const report = parsed(result.stdout.slice(result.stdout.indexOf('{')))
    const tests = report?.tests ?? []
    const failures = new Map(report?.failures.map(({ title, err }) => [title, err.message]))
    const passed = tests.map(({ title }) => title).filter((title) => !failures.has(title))
    return { result, failures, passed: new Set(passed) }
  }
}

/** The JSON of Jest, which is that of Vitest too. A file that does not load has no tests, only a message. */
async function readReport(result, file) {
  const report = parsed(await readFile(file, 'utf8').catch(() => ''))
  const failures = new Map()
  const passed = new Set()
  for (const { name, message, assertionResults } of report?.testResults ?? []) {
    if (assertionResults.length === 0) failures.set(clientOf(name), message)
    for (const { title, status, failureMessages } of assertionResults) {
      if (status === 'passed') passed.add(title)
      else failures.set(title, failureMessages.join('\n'))
    }
  }
  return { result, failures, passed }
}

async function prepareJest(folders, major, jest) {
  const { undici, axios } = CLIENTS
  const directory = await folders.install(`jest-${major}`, { undici, axios, ...jest, ...WITH_JEST })
  const config = { testEnvironment: 'node', testTimeout: 20_000 }
  await prepareTests(directory, 'require', 'js', 'cjs', { ...config, transform: {} })
  const babel = { plugins: ['@babel/plugin-transform-modules-commonjs'] }
  await prepareTests(directory, 'babel', 'js', 'esm', {
    ...config,
    transform: { '\\.js$': ['babel-jest', babel] },
  })
  await prepareTests(directory, 'ts', 'ts', 'ts', { ...config, preset: 'ts-jest' })
  const compilerOptions = {
    module: 'commonjs',
    moduleResolution: 'node10',
    target: 'es2022',
    lib: ['es2022'],
    types: ['node', 'jest'],
    esModuleInterop: true,
    strict: true,
  }
  await write(directory, 'ts/tsconfig.json', JSON.stringify({ compilerOptions }))
  return directory
}

async function prepareTests(directory, folder, extension, kind, config) {
  await write(directory, `${folder}/jest.config.json`, JSON.stringify(config))
  await writeTests(join(directory, folder), IN_JEST, extension, kind)
}

async function prepareOthers(folders) {
  const directory = await folders.install('runners', { ...CLIENTS, ...RUNNERS })
  const imported = "import { test } from 'vitest'\n"
  await writeTests(join(directory, 'vitest'), ALL, 'mjs', 'esm', imported)
  const mocha = "import { it as test } from 'mocha'\n"
  await writeTests(join(directory, 'mocha-import'), ALL, 'mjs', 'esm', mocha)
  await writeTests(join(directory, 'mocha-require'), ALL, 'cjs', 'cjs', mocha)
  return directory
}

/** A file for each client, so that one that cannot be loaded fails alone. */
async function writeTests(directory, clients, extension, kind, imported = '') {
  await writeLogins(directory, clients, extension, kind)
  const source = await program('logs-in.test.mjs')
  for (const client of clients) {
    const neighbour = extension === 'ts' ? `./${client}` : `./${client}.${extension}`
    const written = imported + source.replaceAll('./CLIENT', neighbour).replaceAll('CLIENT', client)
    await write(directory, `${client}.test.${extension}`, kind === 'cjs' ? asCommonJs(written) : written)
  }
}

function clientOf(path) {
  return path.replace(/^.*\//, '').replace(/\.test\..*$/, '')
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function shortened(message) {
  const lines = message.split('\n').filter((line) => line.trim() !== '')
  return lines.slice(0, 10).join('\n         ').slice(0, 1200)
}
