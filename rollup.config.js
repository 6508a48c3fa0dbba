// What is published of a package, made from what tsc wrote into its build/: one CommonJS file, an ES module that
// names its exports, and their declarations. Why: docs/decisions/013.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import terser from '@rollup/plugin-terser'
import { dts } from 'rollup-plugin-dts'

const packages = fileURLToPath(new URL('packages', import.meta.url))

/** What a package needs beyond the rule. */
const EXCEPTIONS = {
  // Its two kinds of module have types of their own in axios, and each file of ours augments one of them.
  axios: { twoDeclarations: true },
  // Jest's sandbox has no import() for CommonJS, so there x509 is required. In a bundle a required ES module runs at
  // the start, before the reflect-metadata that it needs, so there is a real ES module as well, which imports.
  server: { esModule: true, dynamicImportInCjs: false },
  // A subcommand and what it needs is loaded when it runs: `--help` waits for none of it.
  ntlmkit: { inlineDynamicImports: false },
}

/**
 * Comments stay in the declarations. What runs keeps its lines and the names of functions, classes and whatever stands
 * outside of them, so that a stack can be read; variables within functions are a fifth of the size, and lose theirs.
 */
const withoutComments = terser({
  compress: false,
  mangle: { toplevel: false, module: false, keep_fnames: true, keep_classnames: true },
  ecma: 2020,
  format: { beautify: true, indent_level: 1, comments: false },
})

/** A tab is a quarter of what tsc indents by. */
const narrowIndent = {
  name: 'narrow-indent',
  renderChunk: (code) => code.replaceAll(/^(?: {4})+/gm, (spaces) => '\t'.repeat(spaces.length / 4)),
}

export default readdirSync(packages)
  .filter((name) => existsSync(join(packages, name, 'build', 'index.js')))
  .flatMap((name) => [commonJs(name), ...esModules(name), declarations(name)])

/** Nothing of another package is taken into a bundle. */
function external(specifier) {
  return !specifier.startsWith('.') && !isAbsolute(specifier)
}

function commonJs(name) {
  const { esModule = false, dynamicImportInCjs = true, inlineDynamicImports = true } = EXCEPTIONS[name] ?? {}
  return {
    input: join(packages, name, 'build', 'index.js'),
    external,
    plugins: [withoutComments, esModule ? undefined : namedExports()],
    output: {
      dir: join(packages, name, 'dist'),
      entryFileNames: 'index.cjs',
      format: 'cjs',
      exports: 'named',
      generatedCode: 'es2015',
      externalLiveBindings: false,
      inlineDynamicImports,
      chunkFileNames: '[name].cjs',
      dynamicImportInCjs,
      interop: (specifier) => (specifier?.startsWith('node:') ? 'default' : 'auto'),
    },
  }
}

/** The ES module beside index.cjs: no code of its own, so that there is one copy, whichever way it is loaded. */
function namedExports() {
  return {
    name: 'named-exports',
    generateBundle(_options, bundle) {
      const names = bundle['index.cjs'].exports
      // Node reads the names out of the text of what an ES module imports: of a few lines, and not of the bundle.
      const assignments = names.map((name) => `exports.${name} = all.${name}\n`).join('')
      const source = `'use strict'\nconst all = require('./index.cjs')\n${assignments}`
      this.emitFile({ type: 'asset', fileName: 'names.cjs', source })
      this.emitFile({
        type: 'asset',
        fileName: 'index.js',
        source: `export { ${names.join(', ')} } from './names.cjs'\n`,
      })
    },
  }
}

/** Commands, and what must be an ES module itself. */
function esModules(name) {
  const { bin = {} } = JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8'))
  const entries = Object.values(bin).map((file) => file.replace('./dist/', ''))
  if (EXCEPTIONS[name]?.esModule) entries.push('index.js')
  if (entries.length === 0) return []
  return [
    {
      input: entries.map((entry) => join(packages, name, 'build', entry)),
      // A command that imports what the package exports has no second copy of it.
      external: (specifier) => specifier === './index.js' || external(specifier),
      plugins: [withoutComments],
      output: {
        dir: join(packages, name, 'dist'),
        format: 'es',
        chunkFileNames: 'shared.js',
        minifyInternalExports: false,
        hoistTransitiveImports: false,
      },
    },
  ]
}

/** One file for each kind of module: the second names the first, so that a class is one type. */
function declarations(name) {
  const { twoDeclarations = false } = EXCEPTIONS[name] ?? {}
  // From TypeScript 6 on the types of Node are not there unless somebody asks for them.
  const output = { format: 'es', banner: '/// <reference types="node" />' }
  const file = (extension) => join(packages, name, 'dist', `index.${extension}`)
  return {
    input: join(packages, name, 'build', 'index.d.ts'),
    external,
    plugins: [dts(), narrowIndent, twoDeclarations ? undefined : sameDeclarations()],
    output: ['d.cts', ...(twoDeclarations ? ['d.ts'] : [])].map((extension) => ({
      ...output,
      file: file(extension),
    })),
  }
}

function sameDeclarations() {
  return {
    name: 'same-declarations',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'index.d.ts', source: "export * from './index.cjs'\n" })
    },
  }
}
