import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { runServerCommand } from '../src/index.js'
import { start, stopAfterEach, USERS } from './fixture.js'

stopAfterEach()

const run = promisify(execFile)
const version = spawnSync('curl', ['--version'], { encoding: 'utf8' })
const speaksNtlm = version.status === 0 && /\bNTLM\b/.test(version.stdout)

async function curl(...args: string[]): Promise<string> {
  const { stdout } = await run('curl', [
    '--silent',
    '--ntlm',
    '-u',
    `LAB\\alice:${USERS['LAB\\alice']}`,
    ...args,
  ])
  return stdout
}

describe.skipIf(!speaksNtlm)('curl', () => {
  it('is let in without a MIC where that is accepted', async () => {
    const server = await start({ mic: 'accept' })
    expect(JSON.parse(await curl(`${server.url}x`))).toMatchObject({
      path: '/x',
      user: 'alice',
      domain: 'LAB',
    })
    expect(server.log.map(({ leg, status, mic }) => [leg, status, mic])).toEqual([
      ['negotiate', 401, undefined],
      ['authenticate', 200, false],
    ])
  })

  it('is refused without a MIC where one is asked for', async () => {
    const server = await start()
    await curl(server.url)
    expect(server.log.at(-1)).toMatchObject({ user: 'alice', failed: 'mic-missing', status: 401 })
  })

  it('gets into the command as it is, and not where a MIC is required', async () => {
    const lines: string[] = []
    const output = { out: (line: string) => lines.push(line), error: (line: string) => lines.push(line) }
    const account = ['--user', `LAB\\alice:${USERS['LAB\\alice']}`]
    for (const [mode, status] of [
      [[], '200'],
      [['--mode', 'mic=require'], '401'],
    ] as const) {
      lines.length = 0
      const running = await runServerCommand([...account, ...mode], output)
      const url = lines[0].replace('Listening on ', '')
      try {
        expect(await curl('--output', '/dev/null', '--write-out', '%{http_code}', url)).toBe(status)
      } finally {
        await running?.close()
      }
    }
  })

  it('sends its body once', async () => {
    const server = await start({ mic: 'accept' })
    expect(JSON.parse(await curl('--data', 'hello', server.url))).toMatchObject({
      method: 'POST',
      bodyBytes: 5,
    })
    expect(server.log.map(({ bodyBytes }) => bodyBytes)).toEqual([0, 5])
  })

  it('re-uses the connection', async () => {
    const server = await start({ mic: 'accept' })
    await curl(`${server.url}1`, `${server.url}2`, `${server.url}3`)
    expect(server.connections).toBe(1)
    expect(server.log.map(({ status }) => status)).toEqual([401, 200, 200, 200])
  })

  it('comes over https, and over a proxy', async () => {
    const server = await start({ mic: 'accept', tls: true, channelBinding: 'off' })
    const folder = mkdtempSync(join(tmpdir(), 'ntlmkit-'))
    try {
      writeFileSync(join(folder, 'ca.pem'), server.ca!)
      const answer = await curl('--http1.1', '--cacert', join(folder, 'ca.pem'), server.url)
      expect(JSON.parse(answer).user).toBe('alice')
    } finally {
      rmSync(folder, { recursive: true })
    }

    const proxy = await start({ mic: 'accept', proxy: true })
    const answer = await curl(
      '--proxy',
      proxy.origin,
      '--proxy-ntlm',
      '-U',
      'LAB\\bob:Secret2',
      'http://origin.test/x',
    )
    expect(JSON.parse(answer)).toMatchObject({ path: 'http://origin.test/x', user: 'bob' })
  })
})
