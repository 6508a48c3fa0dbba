import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** TypeScript of the tests as JavaScript: what a process of its own needs, on a Node that cannot run it as it is. */
export interface Compiled {
  file: string
  remove(): void
}

// Not by `import`, which would read its nine megabytes twice.
const { ModuleKind, ScriptTarget, transpileModule } = createRequire(import.meta.url)(
  'typescript',
) as typeof import('typescript')

const tests = fileURLToPath(new URL('..', import.meta.url))

/** @param name of a file beside this one: it is compiled, and what it imports from here. */
export function compile(name: string): Compiled {
  // Packages are found from there as they are from here.
  const folder = mkdtempSync(join(tests, 'node_modules', '.secrets-'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const seen = new Set<string>()
  const visit = (source: string): void => {
    if (seen.has(source)) return
    seen.add(source)
    const { code, imports } = javascriptOf(source)
    const target = join(folder, relative(tests, source).replace(/\.ts$/, '.js'))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, code)
    for (const imported of imports) visit(join(dirname(source), imported.replace(/\.js$/, '.ts')))
  }
  visit(join(tests, 'secrets', name))
  return {
    file: join(folder, 'secrets', `${basename(name, '.ts')}.js`),
    remove: () => rmSync(folder, { recursive: true }),
  }
}

function javascriptOf(file: string): { code: string; imports: string[] } {
  const { outputText } = transpileModule(readFileSync(file, 'utf8'), {
    compilerOptions: {
      module: ModuleKind.ESNext,
      target: ScriptTarget.ES2022,
      verbatimModuleSyntax: true,
    },
  })
  const imports = outputText.matchAll(/\bfrom '(\.[^']+\.js)'/g)
  return { code: outputText, imports: [...imports].map(([, specifier]) => specifier) }
}
