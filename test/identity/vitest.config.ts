import { fileURLToPath } from 'node:url'
import { mergeConfig } from 'vitest/config'
import base from '../../vitest.config.ts'

const merged = mergeConfig(base, {
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    testTimeout: 4 * 60 * 60 * 1000,
    // Its figures are for people.
    disableConsoleIntercept: true,
  },
})
// Replaced, not merged: arrays would be joined.
merged.test.include = ['test/identity/long-run.ts']

export default merged
