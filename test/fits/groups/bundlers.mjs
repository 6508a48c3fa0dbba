// Bundlers: a program that logs in with every client, in one file, run where there is no node_modules.
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { assertLogin, loginsTo } from '../logins.mjs'
import { failureOf, once, run } from '../processes.mjs'
import { CLIENTS as ALL, FOREIGN_AGENTS, program, write, writeLogins } from '../sources.mjs'
import { AGENTS, BUNDLERS, CLIENTS } from '../versions.mjs'

const BUNDLED = [...ALL, ...FOREIGN_AGENTS]
const SECONDS = 240

/** What each bundler makes, and of which entry; how is in programs/bundle.mjs. */
const CELLS = {
  'esbuild-cjs': 'bundle.cjs',
  'esbuild-esm': 'bundle.mjs',
  'esbuild-minified': 'bundle.cjs',
  webpack: 'bundle.cjs',
  rollup: 'bundle.mjs',
  vite: 'bundle.mjs',
  ncc: 'index.mjs',
}

export function bundlers({ rows, folders, target }) {
  const folder = once(() => prepare(folders))
  for (const [name, file] of Object.entries(CELLS)) {
    const { targets, env } = loginsTo(target, BUNDLED)
    const outcome = once(async () => {
      const directory = await folder()
      const output = join(directory, 'out', name)
      const args = [join(directory, 'bundle.mjs'), name, output]
      const built = await run(process.execPath, args, { cwd: directory, seconds: SECONDS })
      if (built.status !== 0) throw new Error(`build: ${failureOf(built, SECONDS)}`)
      const alone = await folders.empty(name)
      await cp(output, alone, { recursive: true })
      return run(process.execPath, [join(alone, file)], { cwd: alone, env, seconds: SECONDS })
    })
    const title = `${name.replace('-', ', ')} ${BUNDLERS[name.split('-')[0]] ?? BUNDLERS[`@vercel/${name}`]}`
    for (const client of BUNDLED) {
      rows.add(`${title}: ${client}`, async () => {
        const result = await outcome()
        assertLogin(target, { client, url: targets[client], result })
        if (result.late) throw new Error(failureOf(result, SECONDS))
      })
    }
  }
}

async function prepare(folders) {
  const directory = await folders.install('bundlers', { ...CLIENTS, ...AGENTS, ...BUNDLERS })
  await writeLogins(directory, BUNDLED, 'mjs', 'esm')
  await write(directory, 'entry.mjs', await entry())
  await write(directory, 'bundle.mjs', await program('bundle.mjs'))
  return directory
}

/** Imported at the top, as a program does it. */
async function entry() {
  const imports = BUNDLED.map((client, index) => `import { login as login${index} } from './${client}.mjs'`)
  const logins = BUNDLED.map((client, index) => `  '${client}': () => ({ login: login${index} }),`)
  const main = await program('main.mjs')
  return [...imports, main, 'main({', ...logins, '})', ''].join('\n')
}
