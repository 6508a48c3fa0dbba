import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ALICE, startServer } from './wire.js'

const run = promisify(execFile)
const compiled = (name: string) => fileURLToPath(new URL(`../examples/dist/${name}.js`, import.meta.url))

async function output(name: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { stdout, stderr } = await run(process.execPath, [compiled(name)], {
    env: { ...process.env, NTLM_URL: '', ...env },
    timeout: 15_000,
  })
  expect(stderr).toBe('')
  return stdout
}

describe('the examples run as they stand', () => {
  it.each<[string, RegExp]>([
    ['undici', /GET 200 .*"user":"alice".*\nPOST 200 .*"bodyBytes":15/],
    ['fetch', /GET 200 .*"user":"alice"/],
    ['axios', /GET 200 .*user: 'alice'.*POST 200 .*bodyBytes: 15/s],
    ['got', /GET .*user: 'alice'.*POST .*bodyBytes: 15/s],
    ['superagent', /GET 200 .*"user":"alice"/],
    ['node-soap', /2 \+ 3 = 5/],
    [
      'connectionless',
      /request 0.*reply 0.*is lost.*reply 1.*not run again.*reply 2.*ERR_NTLM_INTEGRITY.*reply 3/s,
    ],
    ['recipes/iis-extended-protection', /200 .*"user":"alice"/],
    ['recipes/exchange-find-item', /inbox: \[ 'Lunch on Friday\?', 'Your build is green' \]/],
    [
      'recipes/sharepoint-list-items',
      /titles: \[ 'Welcome', 'Canteen closed' \]\nadded: { Id: 3, Title: 'Written from Node' }/,
    ],
  ])('%s', async (name, printed) => {
    expect(await output(name)).toMatch(printed)
  })
})

it.each(['undici', 'fetch', 'axios', 'got', 'superagent'])(
  '%s calls the server at NTLM_URL',
  async (name) => {
    const server = await startServer()
    const env = { NTLM_URL: server.url, NTLM_USERNAME: ALICE.username, NTLM_PASSWORD: ALICE.password }
    expect(await output(name, env)).toMatch(/GET .*alice/s)
    expect(server.log.at(-1)).toMatchObject({ user: 'alice' })
  },
)
