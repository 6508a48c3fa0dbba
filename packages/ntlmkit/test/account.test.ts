import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { netrcEntry } from '../src/account/netrc.js'
import { ALICE, endAfterEach, ntlmkit, PASSWORD, serve } from './child.js'
import { onTerminal } from './terminal.js'

endAfterEach()

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function netrc(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'ntlmkit-'))
  folders.push(folder)
  writeFileSync(join(folder, 'netrc'), text)
  return join(folder, 'netrc')
}

describe('who to be', () => {
  it('is asked for the password on a terminal, which does not show it', async () => {
    const server = await serve()
    const shown = await onTerminal(['request', server.url, '--user', 'LAB\\alice'], {
      typed: `${PASSWORD}\n`,
    })
    expect(shown.code).toBe(0)
    expect(JSON.parse(shown.stdout).user).toBe('alice')
    expect(shown.stderr).toContain('password of LAB\\alice')
    expect(shown.stdout + shown.stderr).not.toContain(PASSWORD)
  })

  it('is not asked in a pipe: that is an error in two lines, and nothing is sent', async () => {
    const server = await serve()
    const { code, stdout, stderr } = await ntlmkit(['request', server.url, '--user', 'LAB\\alice'])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toBe(
      'ntlmkit: There is no terminal to ask for the password of LAB\\alice on.\n' +
        'Set NTLM_PASSWORD, or name a netrc file with --netrc.\n',
    )
    expect(server.log).toEqual([])
  })

  it('comes from the environment, silently', async () => {
    const server = await serve()
    expect(await ntlmkit(['request', server.url], { env: ALICE })).toMatchObject({ code: 0, stderr: '' })
  })

  it('is not another one with the password of NTLM_USERNAME', async () => {
    const server = await serve()
    const { code, stderr } = await ntlmkit(['request', server.url, '--user', 'LAB\\bob'], { env: ALICE })
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        'ntlmkit: There is no terminal to ask for the password of LAB\\bob on.\n' +
        'NTLM_PASSWORD belongs to NTLM_USERNAME, another user: set both, or name a netrc file with --netrc.\n',
    })
    expect(server.log).toEqual([])
  })

  it('comes from a netrc file', async () => {
    const server = await serve()
    const file = netrc(
      `machine other.test login x password y\nmachine 127.0.0.1 login LAB\\alice password ${PASSWORD}`,
    )
    expect(await ntlmkit(['request', server.url, '--netrc', file])).toMatchObject({ code: 0, stderr: '' })
    const elsewhere = await ntlmkit([
      'request',
      server.url,
      '-n',
      netrc('machine other.test login x password y'),
    ])
    expect(elsewhere.code).toBe(1)
    expect(elsewhere.stderr).toMatch(/^ntlmkit: The netrc file .* has no entry for 127\.0\.0\.1\.\nAdd /)
  })

  it('may be a whole log-on on the command line, under a warning', async () => {
    const server = await serve()
    const { code, stderr } = await ntlmkit(['request', server.url, '-u', `LAB\\alice:${PASSWORD}`])
    expect(code).toBe(0)
    expect(stderr).toMatch(/^Warning: a password on the command line can be read by everybody/)
    expect(stderr).not.toContain(PASSWORD)
  })

  it.each<[args: string[], env: Record<string, string>, right: string]>([
    [['--user', 'LAB\\\\alice'], {}, "--user 'LAB\\alice'"],
    [['-u', `LAB\\\\alice:${PASSWORD}`], {}, "--user 'LAB\\alice'"],
    [[], { ...ALICE, NTLM_USERNAME: 'LAB\\\\alice' }, "'LAB\\alice'"],
  ])('has one backslash on a command line: %j', async (args, env, right) => {
    const server = await serve()
    for (const command of ['probe', 'request']) {
      const { code, stderr } = await ntlmkit([command, server.url, ...args], { env })
      expect(code).toBe(1)
      expect(stderr).toContain(
        `ntlmkit: The user name 'LAB\\\\alice' has more than one backslash.\nOne is meant: ${right}\n`,
      )
    }
    expect(server.log).toEqual([])
  })

  it('is advised of as a command line has it, with one backslash', async () => {
    const server = await serve()
    const env = { NTLM_PASSWORD: PASSWORD }
    const slash = await ntlmkit(['request', server.url, '-u', 'LAB/alice'], { env })
    expect(slash.stderr).toContain("'LAB\\alice'")
    expect(slash.stderr).not.toContain('\\\\')
    const foreign = await ntlmkit(['probe', server.url, '-u', 'NOSUCH\\alice'], { env })
    expect(foreign.stdout).toContain("Try 'LAB\\alice'")
    const json = await ntlmkit(['probe', server.url, '-u', 'NOSUCH\\alice', '--json'], { env })
    const { findings } = JSON.parse(json.stdout)
    expect(findings.map(({ nextStep }: { nextStep: string }) => nextStep).join()).not.toContain('\\\\')
  })

  it('is warned of an empty password before a log-on is spent on it', async () => {
    const server = await serve()
    const ofEnvironment = await ntlmkit(['request', server.url], { env: { ...ALICE, NTLM_PASSWORD: '' } })
    expect(ofEnvironment.stderr).toMatch(/^Warning: NTLM_PASSWORD is empty, and is tried as it is: unset it/)
    const behindUser = await ntlmkit(['request', server.url, '--user', 'LAB\\alice:'])
    expect(behindUser.stderr).toContain('Warning: the password behind --user is empty')
    const inFile = netrc('machine 127.0.0.1 login LAB\\alice password ""')
    const ofFile = await ntlmkit(['request', server.url, '--netrc', inFile])
    expect(ofFile.stderr).toContain('Warning: the password in the netrc file is empty')
  })

  it('has to be said, and not in the URL', async () => {
    const server = await serve()
    const nobody = await ntlmkit(['request', server.url])
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining('It is not said who to be.') })
    const inUrl = await ntlmkit(['probe', server.url.replace('//', `//alice:${PASSWORD}@`)])
    expect(inUrl).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The URL has a user name in it.'),
    })
    expect(inUrl.stderr).not.toContain(PASSWORD)
    expect(server.log).toEqual([])
  })
})

describe('a netrc file', () => {
  it.each<[string, string, object | undefined]>([
    ['machine a login b password c', 'a', { login: 'b', password: 'c' }],
    ['machine a\n\tlogin b\n\tpassword c\n', 'A', { login: 'b', password: 'c' }],
    ['machine x login y password z default login b password c', 'a', { login: 'b', password: 'c' }],
    ['machine a login b account d password "c \\"d\\""', 'a', { login: 'b', password: 'c "d"' }],
    ['# machine a login x password y\nmachine a login b password c', 'a', { login: 'b', password: 'c' }],
    ['macdef init\nmachine a login x\n\nmachine a login b password c', 'a', { login: 'b', password: 'c' }],
    ['machine a port 80 login b password c', 'a', { login: 'b', password: 'c' }],
    ['machine a login b color blue password c machine x', 'a', { login: 'b', password: 'c' }],
    ['machine ::1 login b password c', '[::1]', { login: 'b', password: 'c' }],
    ['machine [::1] login b password c', '[::1]', { login: 'b', password: 'c' }],
    [
      'macdef init\nx\n \nmachine a login x password y\n\nmachine a login b password c',
      'a',
      { login: 'b', password: 'c' },
    ],
    [
      'macdef init\r\nmachine a login x\r\n\r\nmachine a login b password c',
      'a',
      { login: 'b', password: 'c' },
    ],
    ['machine a login b password c macdef init\nmachine a login x\n\n', 'a', { login: 'b', password: 'c' }],
    ['machine a password c', 'a', { login: undefined, password: 'c' }],
    ['machine x login y password z', 'a', undefined],
    ['', 'a', undefined],
  ])('%j', (text, machine, entry) => {
    expect(netrcEntry(text, machine)).toEqual(entry)
  })
})
