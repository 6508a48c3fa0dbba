// Bundles entry.mjs with the bundler that is named, into the folder that is named.
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** What esbuild's own documents say an ES module for Node needs, as undici and axios are CommonJS. */
const REQUIRE = {
  js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
}

/** What undici requires where Node has it: as an `import`, which Rollup makes of it, it would stop an older Node. */
const NEWER = ['node:sqlite']

const [, , name, output] = process.argv
const entry = join(import.meta.dirname, 'entry.mjs')
await mkdir(output, { recursive: true })
await builders()[name]()

function builders() {
  return {
    'esbuild-cjs': () => withEsbuild({ format: 'cjs', outfile: join(output, 'bundle.cjs') }),
    'esbuild-esm': () => withEsbuild({ format: 'esm', outfile: join(output, 'bundle.mjs'), banner: REQUIRE }),
    'esbuild-minified': () =>
      withEsbuild({ format: 'cjs', outfile: join(output, 'bundle.cjs'), minify: true }),
    webpack: withWebpack,
    rollup: withRollup,
    vite: withVite,
    ncc: withNcc,
  }
}

async function withEsbuild(options) {
  const { build } = await import('esbuild')
  await build({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
    ...options,
  })
}

async function withWebpack() {
  const { default: webpack } = await import('webpack')
  const config = {
    mode: 'production',
    target: 'node20',
    entry,
    output: { path: output, filename: 'bundle.cjs' },
    optimization: { splitChunks: false },
    plugins: [new webpack.optimize.LimitChunkCountPlugin({ maxChunks: 1 })],
  }
  const stats = await new Promise((resolve, reject) => {
    webpack(config, (error, done) => (error ? reject(error) : resolve(done)))
  })
  if (stats.hasErrors()) throw new Error(stats.toString('errors-only'))
}

async function withRollup() {
  const { rollup } = await import('rollup')
  const { default: commonjs } = await import('@rollup/plugin-commonjs')
  const { default: json } = await import('@rollup/plugin-json')
  const { default: nodeResolve } = await import('@rollup/plugin-node-resolve')
  const plugins = [nodeResolve({ preferBuiltins: true }), commonjs({ ignore: NEWER }), json()]
  const bundle = await rollup({ input: entry, plugins, onwarn: () => {} })
  await bundle.write({ file: join(output, 'bundle.mjs'), format: 'es', inlineDynamicImports: true })
  await bundle.close()
}

async function withVite() {
  const { build } = await import('vite')
  await build({
    root: import.meta.dirname,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      outDir: output,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'bundle.mjs' } },
    },
  })
}

async function withNcc() {
  const ncc = createRequire(import.meta.url)('@vercel/ncc')
  const { code, assets } = await ncc(entry, { quiet: true, target: 'es2022', cache: false })
  for (const [asset, { source }] of Object.entries(assets)) await writeFile(join(output, asset), source)
  await writeFile(join(output, 'index.mjs'), code)
}
