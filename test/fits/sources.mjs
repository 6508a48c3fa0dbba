// The programs of the cells in the kinds of module that there are: written once, in TypeScript.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const programs = fileURLToPath(new URL('programs/', import.meta.url))

/** Every client a program can log in with. What `requires` names must be installed. */
export const CLIENTS = ['undici', 'fetch', 'ntlm-fetch', 'agent', 'axios', 'got', 'server']
/** Logins through agents of others, by way of axios. */
export const FOREIGN_AGENTS = ['agentkeepalive', 'http-cookie-agent']

/** Writes a program into a folder, as what the file's name says it is. */
export async function write(directory, file, source) {
  const path = join(directory, file)
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, source)
  return path
}

export function program(name) {
  return readFile(join(programs, name), 'utf8')
}

/** Writes the logins of some clients: NAME.EXTENSION, each of which exports `login`. */
export async function writeLogins(directory, clients, extension, kind) {
  for (const client of clients) {
    const source = withNeighbours(await program(join('clients', `${client}.mts`)), extension)
    await write(directory, `${client}.${extension}`, KINDS[kind](source))
  }
}

/** As TypeScript makes it for Node: `import` becomes `require`, and `import()` stays. */
export function asCommonJs(source) {
  return transpiled(source, 'program.cts')
}

/** Without its types. */
function asModule(source) {
  return transpiled(source, 'program.mts')
}

const KINDS = { cjs: asCommonJs, esm: asModule, ts: (source) => source }

/** TypeScript names a neighbour without its extension. */
function withNeighbours(source, extension) {
  return source.replaceAll(/(["']\.\/[\w-]+)\.mjs(["'])/g, extension === 'ts' ? '$1$2' : `$1.${extension}$2`)
}

function transpiled(source, fileName) {
  const { outputText } = ts.transpileModule(source, {
    fileName,
    compilerOptions: {
      module: ts.ModuleKind.Node16,
      moduleResolution: ts.ModuleResolutionKind.Node16,
      target: ts.ScriptTarget.ES2022,
      esModuleInterop: true,
    },
  })
  return outputText
}
