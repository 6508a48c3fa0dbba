import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)

/** What a program writes to its error output under NODE_DEBUG=ntlmkit when it resolves these credentials twice. */
async function saidOf(secret: string): Promise<string[]> {
  const program = `
    import { Credentials } from '@ntlmkit/core'
    const credentials = new Credentials({ username: 'LAB\\\\alice', ${secret} })
    await credentials.resolve()
    await credentials.resolve()`
  const { stderr } = await run(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: { ...process.env, NODE_DEBUG: 'ntlmkit' },
  })
  return stderr.match(/(?<=: ).*password.*/g) ?? []
}

describe('NODE_DEBUG=ntlmkit', () => {
  it.each([
    "password: ''",
    "password: () => ''",
    "password: async () => ''",
    "ntHash: '31d6cfe0d16ae931b73c59d7e0c089c0'",
  ])('says once that a password is empty: %s', async (secret) => {
    expect(await saidOf(secret)).toEqual(['the password of LAB\\alice is empty'])
  })

  it.each(["password: ' '", `password: '', ntHash: '${'a'.repeat(32)}'`])(
    'says it of no other: %s',
    async (secret) => {
      expect(await saidOf(secret)).toEqual([])
    },
  )
})
