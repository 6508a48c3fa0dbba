import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { ALICE, startServer } from './wire.js'

const demo = fileURLToPath(new URL('../examples/dist/demo/main.js', import.meta.url))

it('`npm start -- URL` sends GET and HEAD alone, no body, and logs on once', async () => {
  const server = await startServer()
  const { username: NTLM_USERNAME, password: NTLM_PASSWORD } = ALICE
  const child = spawn(process.execPath, [demo, server.url], {
    env: { ...process.env, NTLM_USERNAME, NTLM_PASSWORD },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let stdout = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  const code = await new Promise((resolve) => void child.once('close', resolve))

  expect(code).toBe(0)
  expect(stdout).toMatch(/^NetBIOS domain +LAB$/m)
  expect(new Set(server.log.map(({ method }) => method))).toEqual(new Set(['GET', 'HEAD']))
  expect(server.log.every(({ bodyBytes }) => bodyBytes === 0)).toBe(true)
  expect(server.log.filter(({ leg }) => leg === 'authenticate')).toHaveLength(1)
})
