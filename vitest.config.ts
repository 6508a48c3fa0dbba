import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const packages = fileURLToPath(new URL('./packages/', import.meta.url))

/** Tests run on the sources: no build between an edit and its test. */
const sources = Object.fromEntries(
  readdirSync(packages).map((name) => [
    name === 'ntlmkit' ? name : `@ntlmkit/${name}`,
    `${packages}${name}/src/index.ts`,
  ]),
)

/** Another major of a client library, where the matrix sets one: see test/matrix. */
function replaced(name: string, directory: string | undefined): Record<string, string> {
  if (directory === undefined) return {}
  const { main, exports } = createRequire(import.meta.url)(`${directory}/package.json`) as {
    main?: string
    exports?: string | { '.'?: { default?: string }; default?: string }
  }
  const entry =
    main ?? (typeof exports === 'string' ? exports : (exports?.['.']?.default ?? exports?.default))
  return { [name]: `${directory}/${entry}` }
}

/** Below test/, what crosses packages and is too much for one file. */
const SUITES = [
  'faults',
  'fuzz',
  'hostile',
  'identity',
  'memory',
  'model',
  'never',
  'secrets',
  'servers',
  'soak',
]

export default defineConfig({
  resolve: {
    alias: {
      ...sources,
      ...replaced('undici', process.env.NTLMKIT_MATRIX_UNDICI),
      ...replaced('got', process.env.NTLMKIT_MATRIX_GOT),
    },
  },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/*.test.ts', `test/{${SUITES.join()}}/*.test.ts`],
    testTimeout: 20_000,
    // One for every core: half of the files wait for sockets more than they compute.
    maxWorkers: '100%',
    // Test files leave nothing behind that another could see: loading everything once a worker halves the run.
    isolate: false,
  },
})
