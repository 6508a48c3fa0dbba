import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { isWhole } from './extent.js'

const run = promisify(execFile)
const script = fileURLToPath(new URL('upload.mjs', import.meta.url))
const MEGABYTES = 200
/** What is under all of them, but for the whole run. */
const clients = isWhole ? ['http', 'axios', 'got'] : ['http']

describe(`a streamed upload of ${MEGABYTES} MB is not kept in memory`, () => {
  it.concurrent.each(clients)(
    '%s',
    async (client) => {
      const { stdout } = await run(process.execPath, [script, client, String(MEGABYTES)])
      const { received, grown } = JSON.parse(stdout) as { received: number; grown: number }
      expect(received).toBe(MEGABYTES * 1_000_000)
      // Chunks that wait to be collected, and no more: what was kept would be 200.
      expect(grown).toBeLessThan(100)
    },
    90_000,
  )
})
