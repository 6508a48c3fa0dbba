// What every package.json below packages/ says alike, from one place: the root's package.json has the repository.
//
//   node .ci/manifests.mjs           names each that differs, and fails
//   node .ci/manifests.mjs --write   mends them
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const { repository, homepage, bugs, license } = manifestOf(root)
const SHARED = [
  'license',
  'repository',
  'homepage',
  'bugs',
  'type',
  'main',
  'module',
  'types',
  'exports',
  'files',
  'engines',
  'publishConfig',
]
const write = process.argv.includes('--write')

let wrong = 0
for (const name of readdirSync(join(root, 'packages'))) {
  const directory = join(root, 'packages', name)
  const found = manifestOf(directory)
  const expected = complete(name, found)
  if (JSON.stringify(found) === JSON.stringify(expected)) continue
  if (write) {
    writeFileSync(join(directory, 'package.json'), `${JSON.stringify(expected, undefined, 2)}\n`)
    continue
  }
  wrong++
  const fields = Object.keys(expected).filter(
    (key) => JSON.stringify(found[key]) !== JSON.stringify(expected[key]),
  )
  console.log(`packages/${name}/package.json: ${fields.join(', ') || 'the order'}; run npm run manifests.`)
}
process.exit(wrong > 0 ? 1 : 0)

function manifestOf(directory) {
  return JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
}

/** Fields that are a package's own come as they are; the order is that of the file. */
function complete(directory, own) {
  const { name, version, description, keywords, sideEffects = false, bin, ...rest } = own
  for (const shared of SHARED) delete rest[shared]
  return {
    name,
    version,
    description,
    keywords,
    license,
    repository: { ...repository, directory: `packages/${directory}` },
    homepage,
    bugs,
    type: 'module',
    sideEffects,
    // For what does not read exports: TypeScript's node10, old bundlers.
    main: './dist/index.cjs',
    module: './dist/index.js',
    types: './dist/index.d.cts',
    exports: {
      '.': {
        import: { types: './dist/index.d.ts', default: './dist/index.js' },
        require: { types: './dist/index.d.cts', default: './dist/index.cjs' },
      },
      './package.json': './package.json',
    },
    ...(bin && { bin }),
    files: ['dist', 'CHANGELOG.md', 'LICENSE', 'README.md'],
    engines: { node: '>=20.0' },
    publishConfig: { access: 'public' },
    ...rest,
  }
}
