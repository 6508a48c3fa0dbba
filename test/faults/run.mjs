// Runs the whole fault matrix; `node run.mjs axios` runs that of one client. Options are handed on to vitest.
import { runVitest } from '../run-vitest.mjs'

const options = process.argv.slice(2).filter((argument) => argument.startsWith('-'))
const client = process.argv.slice(2).find((argument) => !argument.startsWith('-'))

runVitest(['test/faults', ...options], {
  NTLMKIT_FAULTS: 'all',
  ...(client ? { NTLMKIT_FAULTS_CLIENT: client } : {}),
})
