// Types: every compiler with every way to resolve, for an ES module and for CommonJS; what was compiled logs in.
import { join } from 'node:path'
import { compile } from '../compiling.mjs'
import { assertEnded, assertLogin, loginsTo } from '../logins.mjs'
import { once, run } from '../processes.mjs'
import { asCommonJs, program, write } from '../sources.mjs'
import { CLIENTS, NODE_TYPES, TYPES_CLIENTS } from '../versions.mjs'

const COMPILERS = ['5.0', '5.4', '5.9', '7.0']

export function types(context) {
  const newest = once(() => context.folders.install('types', { ...CLIENTS, '@types/node': NODE_TYPES[26] }))
  const older = once(() =>
    context.folders.install('types-old', { ...TYPES_CLIENTS, '@types/node': NODE_TYPES[20] }),
  )

  for (const compiler of COMPILERS) {
    const folder = Number(compiler) < 5.7 ? older : newest
    for (const resolution of ['node16', 'nodenext', 'bundler']) {
      withEndings(context, { compiler, resolution, folder })
    }
    node10(context, { compiler: compiler === '7.0' ? '6.0' : compiler, folder })
  }
  exactOptional(context, newest)
}

/** One project with a file of each kind, which its ending tells. */
function withEndings(context, { compiler, resolution, folder }) {
  const compiled = once(async () => {
    const directory = join(await folder(), `${compiler}-${resolution}`)
    // The types of what got depends on do not parse here. Ours must do without them.
    const source = await sourceOf({ withGot: !(compiler === '5.0' && resolution === 'bundler') })
    const files = ['program.mts', 'program.cts']
    for (const file of files) await write(directory, file, source)
    const module = resolution === 'bundler' ? 'esnext' : resolution
    const options = { module, moduleResolution: resolution }
    const findings = await compile((await context.tools).tsc(compiler), directory, files, options)
    // With `module: esnext` a .cts file stays an ES module, for the bundler to make CommonJS of.
    if (resolution === 'bundler') await write(directory, 'out/program.cjs', asCommonJs(source))
    return { directory, findings }
  })
  for (const [kind, file] of Object.entries({ import: 'program.mts', require: 'program.cts' })) {
    context.rows.add(`TypeScript ${compiler}, ${resolution}: ${kind}`, async () => {
      const { directory, findings } = await compiled()
      findings.assertClean(file)
      await assertRuns(context, join(directory, 'out', file.replace(/ts$/, 'js')))
    })
  }
}

/** Here both kinds find the same declarations, and are compiled at once. */
function node10(context, { compiler, folder }) {
  const compiled = once(async () => {
    const directory = join(await folder(), `${compiler}-node10`)
    await write(directory, 'package.json', JSON.stringify({ type: 'module' }))
    const source = await sourceOf({ withGot: false })
    await write(directory, 'program.ts', source)
    const ending = compiler === '6.0' ? { ignoreDeprecations: '6.0' } : {}
    const options = { module: 'esnext', moduleResolution: 'node10', ...ending }
    const findings = await compile((await context.tools).tsc(compiler), directory, ['program.ts'], options)
    await write(directory, 'out/program.cjs', asCommonJs(source))
    return { directory, findings }
  })
  for (const [kind, file] of Object.entries({ import: 'program.js', require: 'program.cjs' })) {
    context.rows.add(`TypeScript ${compiler}, node10: ${kind}`, async () => {
      const { directory, findings } = await compiled()
      findings.assertClean('program.ts')
      await assertRuns(context, join(directory, 'out', file))
    })
  }
}

function exactOptional(context, folder) {
  context.rows.add('TypeScript 7.0, nodenext: exactOptionalPropertyTypes', async () => {
    const directory = join(await folder(), 'exact')
    await write(directory, 'exact.mts', await program('exact.mts'))
    const options = { module: 'nodenext', moduleResolution: 'nodenext', exactOptionalPropertyTypes: true }
    const findings = await compile((await context.tools).tsc('7.0'), directory, ['exact.mts'], options)
    findings.assertClean('exact.mts')
    await assertRuns(context, join(directory, 'out', 'exact.mjs'), 'exact')
  })
}

/** Without got's own types, which node10 cannot find, and which are not asked for then. */
async function sourceOf({ withGot }) {
  const source = await program('types.mts')
  return withGot
    ? source
    : source.replace("import('got')", "(import('got' as string) as Promise<{ default: any }>)")
}

async function assertRuns({ target }, file, client = 'types') {
  const { targets, env } = loginsTo(target, [client])
  const result = await run(process.execPath, [file], { cwd: join(file, '..'), env })
  assertLogin(target, { client, url: targets[client], result })
  assertEnded(result)
}
