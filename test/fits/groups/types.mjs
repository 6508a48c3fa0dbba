// Types: every compiler with every way to resolve, for an ES module and for CommonJS; what was compiled logs in.
import { join } from 'node:path'
import { compile } from '../compiling.mjs'
import { assertEnded, assertLogin, loginsTo } from '../logins.mjs'
import { run } from '../processes.mjs'
import { asCommonJs, program, write } from '../sources.mjs'
import { CLIENTS, NODE_TYPES, TYPES_CLIENTS } from '../versions.mjs'
import { readmes } from './readmes.mjs'

const COMPILERS = ['5.0', '5.4', '5.9', '7.0']
const KINDS = { import: 'program.mts', require: 'program.cts' }

export function types(context) {
  const { folders } = context
  const newest = folders.install('types', { ...CLIENTS, '@types/node': NODE_TYPES[26] })
  const oldest = folders.install('types-old', { ...TYPES_CLIENTS, '@types/node': NODE_TYPES[20] })
  // Whoever needs one of them says so in its own row.
  for (const folder of [newest, oldest]) folder.catch(() => {})

  for (const compiler of COMPILERS) {
    const folder = Number(compiler) < 5.7 ? oldest : newest
    for (const resolution of ['node16', 'nodenext', 'bundler']) {
      withEndings(context, { compiler, resolution, folder })
    }
    node10(context, { compiler: compiler === '7.0' ? '6.0' : compiler, folder })
  }
  exactOptional(context, newest)
  readmes(context)
}

/** One project with a file of each kind, which its ending tells. */
function withEndings(context, { compiler, resolution, folder }) {
  const findings = once(async () => {
    const directory = await projectIn(folder, `${compiler}-${resolution}`)
    const source = await program('types.mts')
    for (const file of Object.values(KINDS)) await write(directory, file, source)
    const module = resolution === 'bundler' ? 'esnext' : resolution
    return compile((await context.tools).tsc(compiler), directory, Object.values(KINDS), {
      module,
      moduleResolution: resolution,
    })
  })
  for (const [kind, file] of Object.entries(KINDS)) {
    context.rows.add(`TypeScript ${compiler}, ${resolution}: ${kind}`, async () => {
      const found = await findings()
      found.assertClean(file)
      const directory = await projectIn(folder, `${compiler}-${resolution}`)
      const compiled = join(directory, 'out', file.replace(/ts$/, 'js'))
      // With `module: esnext` a .cts file stays an ES module, for the bundler to make CommonJS of.
      if (resolution === 'bundler' && kind === 'require') {
        await write(directory, 'out/program.cjs', asCommonJs(await program('types.mts')))
      }
      await assertRuns(context, directory, compiled)
    })
  }
}

/** A project of each kind, which its package.json tells. got's own types cannot be found so, and are not asked for. */
function node10(context, { compiler, folder }) {
  for (const [kind, module] of Object.entries({ import: 'esnext', require: 'commonjs' })) {
    context.rows.add(`TypeScript ${compiler}, node10: ${kind}`, async () => {
      const directory = await projectIn(folder, `${compiler}-node10-${kind}`)
      const type = kind === 'import' ? 'module' : 'commonjs'
      await write(directory, 'package.json', JSON.stringify({ type }))
      const source = await program('types.mts')
      const withoutGot = source.replace(
        /await import\('got'\)/,
        "(await import('got' as string)) as { default: any }",
      )
      await write(directory, 'program.ts', asNode10(withoutGot, kind))
      const found = await compile((await context.tools).tsc(compiler), directory, ['program.ts'], {
        module,
        moduleResolution: 'node10',
        ...(compiler === '6.0' && { ignoreDeprecations: '6.0' }),
      })
      found.assertClean('program.ts')
      await assertRuns(context, directory, join(directory, 'out', 'program.js'))
    })
  }
}

/** `module: commonjs` makes a `require` of `import()`, which no ES module survives on Node 20.0: it has to be hidden. */
function asNode10(source, kind) {
  if (kind === 'import') return source
  return source.replace(
    "await import('got' as string)",
    "await new Function('name', 'return import(name)')('got')",
  )
}

function exactOptional(context, folder) {
  context.rows.add('TypeScript 7.0, nodenext: exactOptionalPropertyTypes', async () => {
    const directory = await projectIn(folder, 'exact')
    await write(directory, 'exact.mts', await program('exact.mts'))
    const options = { module: 'nodenext', moduleResolution: 'nodenext', exactOptionalPropertyTypes: true }
    const found = await compile((await context.tools).tsc('7.0'), directory, ['exact.mts'], options)
    found.assertClean('exact.mts')
    await assertRuns(context, directory, join(directory, 'out', 'exact.mjs'), 'exact')
  })
}

async function assertRuns({ target }, directory, file, client = 'types') {
  const { targets, env } = loginsTo(target, [client])
  const result = await run(process.execPath, [file], { cwd: directory, env })
  assertLogin(target, { client, url: targets[client], result })
  assertEnded(result)
}

async function projectIn(folder, name) {
  return join(await folder, name)
}

/** A function that is run when it is first called, and gives everybody the same outcome. */
function once(make) {
  let made
  return () => {
    made ??= make()
    return made
  }
}
