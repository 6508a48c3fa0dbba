import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { makeCertificate } from '../src/certificate.js'
import { type RunningCommand, runServerCommand } from '../src/command-run.js'
import { initiatorOfAccount, RawClient } from './raw-client.js'

const ALICE = ['--user', 'LAB\\alice:Passw0rd!']
const lines: string[] = []
const errors: string[] = []
const ends: (() => unknown)[] = []

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
  lines.length = errors.length = 0
})

async function run(...args: string[]): Promise<RunningCommand | undefined> {
  const running = await runServerCommand(args, {
    out: (line) => lines.push(line),
    error: (line) => errors.push(line),
  })
  if (running) ends.push(() => running.close())
  return running
}

function client(ca?: string): RawClient {
  const origin = lines[0].replace('Listening on ', '').slice(0, -1)
  const made = new RawClient({ origin, ca })
  ends.push(() => made.close())
  return made
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'ntlmkit-'))
  ends.push(() => rmSync(path, { recursive: true }))
  return path
}

describe('ntlmkit-server', () => {
  it('says where it listens and what it is not, and authenticates', async () => {
    await run(...ALICE, '--user', 'bob:with:colons')
    expect(lines).toEqual([
      expect.stringMatching(/^Listening on http:\/\/127\.0\.0\.1:\d+\/$/),
      'For tests and development only: these accounts are a plain list, and no domain controller is asked.',
    ])
    const [, answered] = await client().authenticate()
    expect(JSON.parse(answered.body)).toMatchObject({ user: 'alice', domain: 'LAB' })
  })

  it('prints every request, and never a password, with --debug', async () => {
    await run(...ALICE, '--debug')
    await client().authenticate({ method: 'POST', path: '/x', body: 'hello' })
    await expect
      .poll(() => lines.slice(2))
      .toEqual(['#1 POST /x 401 negotiate ntlm', '#1 POST /x 200 authenticate ntlm LAB\\alice 5 bytes MIC'])
    expect(lines.join()).not.toContain('Passw0rd')
  })

  it('prints one line a request with --debug, whatever a client sends', async () => {
    await run(...ALICE, '--debug')
    const user = `bob\x1b[2J\u2028#9 GET / 200\u202e${'x'.repeat(500)}`
    const initiator = initiatorOfAccount({ user, domain: 'LAB' }, { targetName: 'HTTP/a\r\n#8 GET /' })
    await client().authenticate({}, initiator)
    await expect.poll(() => lines.slice(2)).toHaveLength(2)
    expect(lines[3]).toBe(
      `#1 GET / 401 authenticate ntlm "LAB\\bob\\u001b[2J\\u2028#9 GET / 200\\u202e${'x'.repeat(175)}... (325 more)" ` +
        'MIC for "HTTP/a\\u000d\\u000a#8 GET /" failed: account',
    )
  })

  it('takes modes by name, and lists by repetition', async () => {
    await run(
      ...ALICE,
      '--mode',
      'persist=1',
      '--mode',
      'joined',
      '--mode',
      'schemes=negotiate',
      '--mode',
      'schemes=ntlm',
    )
    const alice = client()
    expect((await alice.send()).challenges).toEqual(['Negotiate, NTLM'])
    await alice.authenticate()
    expect((await alice.send()).status).toBe(401)
  })

  it('does https, and writes the certificate for clients to trust', async () => {
    const file = join(folder(), 'ca.pem')
    await run(...ALICE, '--tls', '--write-ca', file)
    expect(lines[0]).toMatch(/^Listening on https:/)
    const [, answered] = await client(readFileSync(file, 'utf8')).authenticate()
    expect(answered.status).toBe(200)
  })

  it("does https with a key and certificate of one's own", async () => {
    const { key, cert } = await makeCertificate('127.0.0.1')
    const path = folder()
    writeFileSync(join(path, 'key.pem'), key)
    writeFileSync(join(path, 'cert.pem'), cert)
    await run(...ALICE, '--tls-key', join(path, 'key.pem'), '--tls-cert', join(path, 'cert.pem'))
    const [, answered] = await client(cert).authenticate()
    expect(answered.status).toBe(200)
  })

  it('tells what there is with --help', async () => {
    await run('--help')
    expect(lines.join()).toMatch(/--mode NAME\[=VALUE\][\s\S]*channel-binding=off, accept, require/)
  })

  it('has the name that it was called by in its help and its hints', async () => {
    const output = { out: (line: string) => lines.push(line), error: (line: string) => errors.push(line) }
    await runServerCommand(['--help'], output, 'ntlmkit server')
    await runServerCommand(['--nosuch'], output, 'ntlmkit server')
    expect(lines[0]).toMatch(/^Usage: ntlmkit server --user/)
    expect(errors).toEqual([expect.stringMatching(/\nntlmkit server --help tells what there is\.$/)])
  })

  it('keeps to lines of 80 characters with --help', async () => {
    await run('--help')
    const long = lines
      .join('\n')
      .split('\n')
      .filter((line) => line.length > 80)
    expect(long).toEqual([])
  })

  it.each<[string[], string]>([
    [[], 'No account is given'],
    [['--user', 'LAB\\alice'], '--user number 1 has no password.'],
    [[...ALICE, '--mode', 'nosuch'], 'There is no mode nosuch.'],
    [[...ALICE, '--mode', 'persist=never'], "--mode persist is 'never'."],
    [[...ALICE, '--port', '70000'], '--port is 70000.'],
    [[...ALICE, '--host', '0.0.0.0'], 'The host 0.0.0.0 can be reached from other machines.'],
    [[...ALICE, '--tls-hash', 'md5'], "--tls-hash is 'md5'."],
    [[...ALICE, '--tls-key', '/nosuch/file'], '/nosuch/file cannot be read.'],
    [[...ALICE, '--nosuch'], 'There is no option --nosuch.'],
    [[...ALICE, '--no\x1b[2Jsuch'], 'There is no option of that name.'],
    [[...ALICE, '--tls-key', '/no\u202e\n'], '/no\\u202e\\u000a cannot be read.'],
    [
      [...ALICE, '--mode', `persist=${'x'.repeat(999)}`],
      `--mode persist is '${'x'.repeat(199)}... (801 more).`,
    ],
    [[...ALICE, '--mode', 'anonymous=/a/../b'], 'The anonymous path /a/../b is not plain.'],
  ])('refuses %j with a line and a hint', async (args, message) => {
    expect(await run(...args)).toBeUndefined()
    expect(lines).toEqual([])
    expect(errors.join()).toContain(message)
    expect(errors.join()).toContain('\n')
  })

  it('says so when the port is taken', async () => {
    await run(...ALICE)
    const { port } = new URL(lines[0].replace('Listening on ', ''))
    expect(await run(...ALICE, '--port', port)).toBeUndefined()
    expect(errors).toEqual([expect.stringMatching(/EADDRINUSE.*\nSomebody listens there/)])
  })
})
