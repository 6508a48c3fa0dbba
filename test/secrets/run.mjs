// Plays every scene with every client in the process that looks on. Options are handed on to vitest.
import { runVitest } from '../run-vitest.mjs'

runVitest(['test/secrets', ...process.argv.slice(2)], { NTLMKIT_SECRETS: 'all' })
