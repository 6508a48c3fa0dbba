// 100,000 random conversations: `npm run test:model`. NTLMKIT_MODEL_RUNS and NTLMKIT_MODEL_SEED choose others; options
// are handed on to vitest.
import { runVitest } from '../run-vitest.mjs'

runVitest(['test/model', ...process.argv.slice(2)], {
  NTLMKIT_MODEL_RUNS: process.env.NTLMKIT_MODEL_RUNS ?? '100000',
})
