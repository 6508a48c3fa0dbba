import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const inTurn = fileURLToPath(new URL('in-turn.mjs', import.meta.url))

/** What each of these programs prints; fails where one prints an error, or does not come to its end by itself. */
export async function outputsOf(files: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string[]> {
  const { stdout, stderr } = await run(process.execPath, [inTurn, ...files], {
    env: { ...process.env, NTLM_URL: '', ...env },
    timeout: 60_000,
  })
  if (stderr !== '') throw new Error(stderr)
  return stdout.split('\0').slice(0, -1)
}
