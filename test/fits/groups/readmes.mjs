// The programs of the READMEs, in strict TypeScript: with the types of every Node, and with and without the DOM's.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compile } from '../compiling.mjs'
import { failureOf, run } from '../processes.mjs'
import { write } from '../sources.mjs'
import { CLIENTS, NODE_TYPES } from '../versions.mjs'

const LIBRARIES = { 'no DOM': ['es2023'], DOM: ['es2023', 'dom', 'dom.iterable'] }
const COMPILER = '5.9'

export function readmes({ root, rows, folders, tools }) {
  const programs = programsIn(root)
  const files = programs.map(({ file }) => file)

  for (const [major, version] of Object.entries(NODE_TYPES)) {
    const folder = folders.install(`node-${major}`, { ...CLIENTS, '@types/node': version })
    for (const [name, lib] of Object.entries(LIBRARIES)) {
      const findings = compileAll(folder, name.replace(' ', '-'), lib)
      for (const { title, file } of programs) {
        rows.add(`@types/node ${major}, ${name}: ${title}`, async () => {
          const { found, directory } = await findings
          found.assertClean(file)
          const result = await run(process.execPath, [join(directory, 'out', file.replace(/ts$/, 'js'))], {
            cwd: directory,
          })
          if (result.status !== 0) throw new Error(failureOf(result))
          if (!result.stdout.includes('alice')) throw new Error(`alice was not logged in: ${result.stdout}`)
        })
      }
    }
  }

  async function compileAll(folder, name, lib) {
    const directory = join(await folder, name)
    for (const { file, source } of programs) await write(directory, file, source)
    const options = { module: 'nodenext', moduleResolution: 'nodenext', lib }
    return { directory, found: await compile((await tools).tsc(COMPILER), directory, files, options) }
  }
}

/** Whole programs: what begins with an import and ends by itself. */
function programsIn(root) {
  const packages = readdirSync(join(root, 'packages')).filter((name) => name !== 'server')
  const paths = ['README.md', ...packages.map((name) => `packages/${name}/README.md`)]
  return paths
    .filter((path) => existsSync(join(root, path)))
    .flatMap((path) => {
      const blocks = [...readFileSync(join(root, path), 'utf8').matchAll(/```js\n(.*?)```/gs)]
      return blocks.map(([, source], index) => ({
        title: `${path}, program ${index + 1}`,
        file: `${path.replaceAll(/\W/g, '-')}-${index + 1}.mts`,
        source,
      }))
    })
}
