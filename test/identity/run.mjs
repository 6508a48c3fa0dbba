// The long run: sequences of commands until the servers have seen 100,000 requests, or as many as the argument says.
import { fileURLToPath } from 'node:url'
import { runVitest } from '../run-vitest.mjs'

const config = fileURLToPath(new URL('vitest.config.ts', import.meta.url))
const [requests = '100000', ...options] = process.argv.slice(2)

runVitest(['--config', config, ...options], { NTLMKIT_IDENTITY_REQUESTS: requests })
