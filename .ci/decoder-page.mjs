// Makes docs/decoder/index.html of docs/decoder/src and packages/inspect: one file, with nothing to load. It is committed,
// and `--check` tells whether it is what the sources give.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import terser from '@rollup/plugin-terser'
import { rollup } from 'rollup'
import ts from 'typescript'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const sources = join(root, 'docs', 'decoder', 'src')
const file = join(root, 'docs', 'decoder', 'index.html')

const { homepage } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const repository = homepage.replace(/#.*/, '')
const docs = `${repository}/blob/main/docs`
const troubleshooting = `${docs}/troubleshooting.md`

const made = await html()
if (!process.argv.includes('--check')) writeFileSync(file, made)
else if (!existsSync(file) || text(file) !== made) {
  console.error(
    'docs/decoder/index.html is not what its sources give: run `npm run decoder-page`, and commit it.',
  )
  process.exit(1)
}

async function html() {
  const style = text(join(sources, 'page.css'))
  const script = await bundle()
  const parts = { style, script, policy: policyOf(style, script), repository, troubleshooting }
  const used = new Set()
  const page = text(join(sources, 'page.html')).replaceAll(/\{\{(\w+)\}\}/g, (_, name) => {
    used.add(name)
    return parts[name]
  })
  if (used.size < Object.keys(parts).length) throw new Error('page.html leaves a part of the page out.')
  return page
}

/** No connect-src, no worker-src, nothing but the two texts of the page: what is pasted has no way out. */
function policyOf(style, script) {
  return [
    "default-src 'none'",
    `script-src '${digest(script)}'`,
    `style-src '${digest(style)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    // The browser refuses innerHTML and its like, whoever would call it.
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')
}

function digest(content) {
  // HTML would end the element there, and the rest would be no part of what is hashed.
  if (/<\/(script|style)|<!--/i.test(content))
    throw new Error('The page has a text that ends its own element.')
  return `sha256-${createHash('sha256').update(content).digest('base64')}`
}

async function bundle() {
  // Lines and names stay, so that whoever does not believe the page can read it.
  const readable = terser({
    compress: { defaults: false, dead_code: true, unused: true, passes: 1 },
    mangle: false,
    ecma: 2020,
    format: { beautify: true, indent_level: 1, comments: false, ascii_only: true },
  })
  const built = await rollup({ input: join(sources, 'main.ts'), plugins: [fromSources(), readable] })
  const { output } = await built.generate({ format: 'iife', strict: true, generatedCode: 'es2015' })
  await built.close()
  return `\n${output[0].code.trim()}\n`
}

/** TypeScript as it is in the repository, and examples as strings. */
function fromSources() {
  return {
    name: 'from-sources',
    resolveId(specifier, importer) {
      if (specifier.startsWith('@ntlmkit/')) {
        return join(root, 'packages', specifier.slice('@ntlmkit/'.length), 'src', 'index.ts')
      }
      if (!specifier.startsWith('.')) return null
      return join(dirname(importer), specifier.replace(/\.js$/, '.ts'))
    },
    transform(code, id) {
      if (!id.endsWith('.ts')) return `export default ${JSON.stringify(code.replaceAll('\r\n', '\n'))}`
      const { outputText } = ts.transpileModule(
        code.replace('declare const ERRORS: string', `const ERRORS = '${docs}/errors.md'`),
        { compilerOptions: { target: 'es2022', module: 'esnext', verbatimModuleSyntax: true } },
      )
      return outputText
    },
  }
}

/** Git may write CRLF on Windows; the hashes are of what a browser makes of it. */
function text(file) {
  return readFileSync(file, 'utf8').replaceAll('\r\n', '\n')
}
