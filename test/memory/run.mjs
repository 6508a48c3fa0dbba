// Measures what every client holds. Options are handed on to vitest.
import { runVitest } from '../run-vitest.mjs'

runVitest(['test/memory', ...process.argv.slice(2)], { NTLMKIT_MEMORY: 'all' })
