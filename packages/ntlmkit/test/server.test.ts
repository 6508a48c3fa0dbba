import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { endAfterEach, ntlmkit, start } from './child.js'

endAfterEach()

const ACCOUNT = ['--user', 'LAB\\alice:made-up']

/** A server in a process of its own, once it listens. */
async function running(...args: string[]) {
  const child = start(['server', ...ACCOUNT, ...args])
  let stdout = ''
  const url = await new Promise<string>((resolve) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      const listening = /^Listening on (\S+)\n/.exec(stdout)
      if (listening) resolve(listening[1])
    })
  })
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve))
  return { child, url, ended, output: () => stdout }
}

describe('ntlmkit server', () => {
  it('does what ntlmkit-server does, until ^C, and ends with 0', async () => {
    const { child, url, ended, output } = await running('--debug')
    const env = { NTLM_USERNAME: 'LAB\\alice', NTLM_PASSWORD: 'made-up' }
    const { code, stdout } = await ntlmkit(['request', url], { env })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ user: 'alice', domain: 'LAB' })
    child.kill('SIGINT')
    expect(await ended).toBe(0)
    expect(output()).toMatch(/#1 GET \/ 200 authenticate ntlm LAB\\alice MIC/)
    expect(output()).not.toContain('made-up')
  })

  const version = spawnSync('curl', ['--version'], { encoding: 'utf8' })
  const curlIsMissing = version.status !== 0 || !/\bNTLM\b/.test(version.stdout)
  if (curlIsMissing) console.log('Left out: curl with NTLM is not on this machine.')

  it.skipIf(curlIsMissing)('lets curl in as it is, which sends no MIC', async () => {
    const { url } = await running()
    const args = ['-sS', '--ntlm', '-u', 'LAB\\alice:made-up', url]
    const curl = spawnSync('curl', args, { encoding: 'utf8' })
    expect(JSON.parse(curl.stdout)).toMatchObject({ user: 'alice', domain: 'LAB' })
  })

  it('has its own name in its help, and the same two lines for a mistake', async () => {
    const help = await ntlmkit(['server', '--help'])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    expect(help.stdout).toMatch(/^Usage: ntlmkit server --user/)
    const mistake = await ntlmkit(['server', '--nosuch'])
    expect(mistake.code).toBe(1)
    expect(mistake.stderr).toMatch(/^ntlmkit: There is no option --nosuch\.\nntlmkit server --help .*\n$/)
  })
})
