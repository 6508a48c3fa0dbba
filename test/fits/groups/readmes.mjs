// The programs of the READMEs: checked with the types of every Node, with and without the DOM's, and run as compiled.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compile } from '../compiling.mjs'
import { assertEnded } from '../logins.mjs'
import { once, run } from '../processes.mjs'
import { write } from '../sources.mjs'
import { CLIENTS, NODE_TYPES } from '../versions.mjs'

const LIBRARIES = { 'no DOM': ['es2023'], DOM: ['es2023', 'dom', 'dom.iterable'] }
/** They are JavaScript, and are checked as an editor does it. */
const OPTIONS = {
  module: 'nodenext',
  moduleResolution: 'nodenext',
  allowJs: true,
  checkJs: true,
  strict: false,
}

export function readmes({ root, rows, folders, tools }) {
  const programs = programsIn(root)
  const files = programs.map(({ file }) => file)

  for (const [major, version] of Object.entries(NODE_TYPES)) {
    const folder = once(() => folders.install(`node-${major}`, { ...CLIENTS, '@types/node': version }))
    for (const [name, lib] of Object.entries(LIBRARIES)) {
      const compiled = once(async () => {
        const directory = join(await folder(), name.replace(' ', '-'))
        for (const { file, source } of programs) await write(directory, file, source)
        const findings = await compile((await tools).tsc('7.0'), directory, files, { ...OPTIONS, lib })
        return { directory, findings }
      })
      for (const { title, file, logsIn } of programs) {
        rows.add(`@types/node ${major}, ${name}: ${title}`, async () => {
          const { directory, findings } = await compiled()
          findings.assertClean(file)
          const result = await run(process.execPath, [join(directory, 'out', file)], { cwd: directory })
          assertEnded(result)
          if (logsIn && !result.stdout.includes('alice')) throw new Error(`alice is not in: ${result.stdout}`)
        })
      }
    }
  }
}

function programsIn(root) {
  const packages = readdirSync(join(root, 'packages'))
  const paths = ['README.md', ...packages.map((name) => `packages/${name}/README.md`)]
  return paths.filter((path) => existsSync(join(root, path))).flatMap((path) => programsOf(root, path))
}

function programsOf(root, path) {
  const blocks = [...readFileSync(join(root, path), 'utf8').matchAll(/```js\n(.*?)```/gs)]
  const whole = blocks.map(([, source]) => source).filter((source) => source.startsWith('import '))
  return whole.map((source, index) => ({
    title: `${path}, program ${index + 1}${source.includes('fetch(') ? ' (fetch)' : ''}`,
    file: `${path.replaceAll(/\W/g, '-')}-${index + 1}.mjs`,
    logsIn: source.includes('alice'),
    source,
  }))
}
