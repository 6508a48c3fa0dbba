import { fileURLToPath } from 'node:url'
import { mergeConfig } from 'vitest/config'
import base from '../../vitest.config.ts'

const merged = mergeConfig(base, {
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One browser at a time.
    fileParallelism: false,
  },
})
// Replaced, not merged: arrays would be joined, and the unit tests run too.
merged.test.include = ['test/page/*.test.ts']

export default merged
