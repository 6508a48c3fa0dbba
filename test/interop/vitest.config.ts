import { fileURLToPath } from 'node:url'
import { mergeConfig } from 'vitest/config'
import base from '../../vitest.config.ts'

const merged = mergeConfig(base, {
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    testTimeout: 60_000,
    hookTimeout: 300_000,
    // The servers share two cores and one set of packages.
    fileParallelism: false,
  },
})
// Replaced, not merged: arrays would be joined, and the unit tests run too.
merged.test.include = ['test/interop/*.test.ts']

export default merged
