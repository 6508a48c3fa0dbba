import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** Adopters use what is published: these tests run on the built packages, and not on the sources as the others do. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: {
    include: ['*.test.ts'],
    testTimeout: 20_000,
    maxWorkers: '100%',
    server: { deps: { external: [/\/packages\/[^/]+\/dist\//] } },
  },
})
