import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (name: string) => fileURLToPath(new URL(`./packages/${name}/src/index.ts`, import.meta.url))

export default defineConfig({
  resolve: {
    // Tests run on the sources: no build between an edit and its test.
    alias: Object.fromEntries(
      ['core', 'undici', 'agent', 'axios', 'got', 'server'].map((name) => [`@ntlmkit/${name}`, source(name)]),
    ),
  },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/*.test.ts'],
    testTimeout: 20_000,
  },
})
