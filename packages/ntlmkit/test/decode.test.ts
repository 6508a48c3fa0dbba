import { X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import {
  type Credential,
  Credentials,
  channelBindingFor,
  NtlmAcceptor,
  NtlmInitiator,
  SpnegoAcceptor,
  SpnegoInitiator,
} from '@ntlmkit/core'
import { afterEach, describe, expect, it } from 'vitest'
import { COMMAND, endAfterEach, ntlmkit, PASSWORD, serve, start } from './child.js'

endAfterEach()

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function fileWith(name: string, contents: string | Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'ntlmkit-'))
  folders.push(folder)
  writeFileSync(join(folder, name), contents)
  return join(folder, name)
}

const NEGOTIATE = 'TlRMTVNTUAABAAAAB4IIogAAAAAAAAAAAAAAAAAAAAAKAGFKAAAADw=='

/** The tokens of one handshake, base64. */
async function handshake(scheme: 'NTLM' | 'Negotiate', channelBinding?: Uint8Array): Promise<string[]> {
  const credential = new Credentials({ username: 'LAB\\alice', password: PASSWORD }).resolve() as Credential
  const names = { netbiosDomain: 'LAB', netbiosComputer: 'WEB1' }
  const mechanism = new NtlmInitiator({ credential, channelBinding })
  const acceptor = new NtlmAcceptor({ accounts: async () => ({ password: PASSWORD }), names })
  const client = scheme === 'NTLM' ? mechanism : new SpnegoInitiator({ mechanism })
  const server = scheme === 'NTLM' ? acceptor : new SpnegoAcceptor({ mechanism: acceptor })
  const first = client.step().token!
  const challenge = (await server.step(first)).token!
  const last = client.step(challenge).token!
  return [first, challenge, last].map((token) => Buffer.from(token).toString('base64'))
}

/** What `curl -v` says of a log-on that was refused. */
function refusedLog([first, challenge, last]: string[]): string {
  return [
    '> GET / HTTP/1.1',
    '> Host: intranet.corp',
    `> Authorization: NTLM ${first}`,
    '>',
    '< HTTP/1.1 401 Unauthorized',
    `< WWW-Authenticate: NTLM ${challenge}`,
    '<',
    '> GET / HTTP/1.1',
    '> Host: intranet.corp',
    `> Authorization: NTLM ${last}`,
    '>',
    '< HTTP/1.1 401 Unauthorized',
    '< WWW-Authenticate: NTLM',
    '<',
  ].join('\n')
}

describe('ntlmkit decode', () => {
  it('shows a token field by field, with offsets, in lines of 80 characters', async () => {
    const { code, stdout, stderr } = await ntlmkit(['decode', NEGOTIATE])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('NTLM NEGOTIATE, 40 bytes\n')
    expect(stdout).toMatch(/^ +12 +4 +NegotiateFlags +0xa2088207$/m)
    expect(stdout).toMatch(/^ +12 +1 +NEGOTIATE_UNICODE +names are UTF-16$/m)
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  it('takes it from an argument, a header line, a file, standard input and a pipe alike', async () => {
    const file = fileWith('token.txt', NEGOTIATE)
    const shown = await Promise.all([
      ntlmkit(['decode', `Authorization: NTLM ${NEGOTIATE}`]),
      ntlmkit(['decode', file]),
      ntlmkit(['decode', '-'], { input: NEGOTIATE }),
      ntlmkit(['decode'], { input: NEGOTIATE }),
    ])
    for (const { code, stdout } of shown) {
      expect(code).toBe(0)
      expect(stdout).toContain('NTLM NEGOTIATE, 40 bytes\n')
    }
  })

  it('reads a whole conversation out of what curl -v says', async () => {
    const tokens = await handshake('NTLM')
    const log = refusedLog(tokens)
    const { code, stdout } = await ntlmkit(['decode', '-', '--json'], { input: log })
    expect(code).toBe(0)
    const { kind, conversations } = JSON.parse(stdout)
    expect(kind).toBe('curl')
    const kinds = conversations[0].steps.flatMap(
      ({ token }: { token?: { kind: string } }) => token?.kind ?? [],
    )
    expect(kinds).toEqual(['negotiate', 'challenge', 'authenticate'])
    expect(conversations[0].findings[0]).toMatchObject({ id: 'wrong-credentials' })
    expect(stdout).not.toContain(tokens[2])
  })

  it.each<[string, (text: string) => Buffer]>([
    ['UTF-16 with a mark, as PowerShell 5.1 writes it', (text) => Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16 of the other order', (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
    ['UTF-16 without a mark', (text) => Buffer.from(text, 'utf16le')],
    ['UTF-8 with a mark', (text) => Buffer.from(`\ufeff${text}`)],
  ])('reads %s', async (_name, encoded) => {
    const bytes = encoded(`WWW-Authenticate: NTLM ${NEGOTIATE}\r\n`)
    for (const shown of [
      await ntlmkit(['decode', fileWith('powershell.log', bytes)]),
      await ntlmkit(['decode', '-'], { input: bytes }),
    ]) {
      expect(shown.code).toBe(0)
      expect(shown.stdout).toContain('NTLM NEGOTIATE, 40 bytes\n')
    }
  })

  it.each([
    '/nonexistent/intranet.har',
    'intranet.har',
    './log',
    'C:\\logs\\curl',
    '~/my logs/a',
    'logs/a b',
  ])('says that there is no such file: %s', async (path) => {
    expect(await ntlmkit(['decode', path])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        `ntlmkit: There is no such file: ${path}.\n` +
        'Look at its path; a token or a header line can stand there as it is.\n',
    })
  })

  it('says that a folder is one', async () => {
    expect(await ntlmkit(['decode', tmpdir()])).toMatchObject({
      code: 1,
      stderr: `ntlmkit: ${tmpdir()} is a folder.\nName a file in it.\n`,
    })
  })

  it.each([`TlRMTVNTUAAB/w==`, `NTLM ${NEGOTIATE}`, `WWW-Authenticate: NTLM ${NEGOTIATE.slice(0, 12)}/x.y`])(
    'takes for no file: %s',
    async (text) => {
      expect((await ntlmkit(['decode', text])).stderr).toBe('')
    },
  )

  it('reads what NODE_DEBUG=ntlmkit prints, which has no tokens, and ends with 0', async () => {
    const log =
      'NTLMKIT 14484: leg connection=1 leg=1 phase=negotiate method=GET url=http://intranet.corp/ status=401 scheme=ntlm request=1 flags=0xa2898205 target=LAB\\SERVER ms=40 offers=ntlm\n' +
      'NTLMKIT 14484: leg connection=1 leg=2 phase=authenticate method=GET url=http://intranet.corp/ status=200 scheme=ntlm request=1 ms=6\n'
    const { code, stdout } = await ntlmkit(['decode'], { input: log })
    expect(code).toBe(0)
    expect(stdout).not.toContain('There is no token in it.')
  })

  it('ends with 3 where there is no token', async () => {
    const { code, stdout } = await ntlmkit(['decode'], { input: 'what' })
    expect(code).toBe(3)
    expect(stdout).not.toBe('')
  })
})

describe('ntlmkit decode, with a secret', () => {
  const env = { NTLM_PASSWORD: PASSWORD }

  it.each(['NTLM', 'Negotiate'] as const)('checks response, MIC and binding of %s', async (scheme) => {
    const server = await serve({ tls: true })
    const binding = channelBindingFor(new X509Certificate(server.ca!).raw)
    const tokens = await handshake(scheme, binding)
    const args = ['decode', '--password', '--certificate', fileWith('server.pem', server.ca!), ...tokens]
    const { code, stdout, stderr } = await ntlmkit(args, { env })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/Checks\n {2}response +right: .*\n {2}MIC +right: .*\n {2}binding +right: .*\n$/)
  })

  it('says that the response is wrong, and ends with 2', async () => {
    const args = ['decode', '--password', '--json', ...(await handshake('NTLM'))]
    const { code, stdout, stderr } = await ntlmkit(args, { env: { NTLM_PASSWORD: 'Wr0ng-h0rse' } })
    expect(code).toBe(2)
    expect(JSON.parse(stdout).checks).toMatchObject([
      { name: 'response', result: 'wrong' },
      { name: 'MIC', result: 'unchecked' },
      { name: 'binding', result: 'absent' },
    ])
    expect(stdout + stderr).not.toContain('Wr0ng-h0rse')
  })

  it.each([
    [PASSWORD, false, 'missing-rights'],
    ['Wr0ng-h0rse', true, 'wrong-credentials'],
  ])('knows more of the causes of a refusal by the secret %s', async (password, isWrong, first) => {
    const input = refusedLog(await handshake('NTLM'))
    const args = ['decode', '--password', '--json', '-']
    const { stdout } = await ntlmkit(args, { input, env: { NTLM_PASSWORD: password } })
    const ids = JSON.parse(stdout).conversations[0].findings.map(({ id }: { id: string }) => id)
    expect(ids[0]).toBe(first)
    expect(ids.includes('wrong-credentials')).toBe(isWrong)
  })

  it('warns of an empty password', async () => {
    const tokens = await handshake('NTLM')
    const { stderr } = await ntlmkit(['decode', '--password', ...tokens], { env: { NTLM_PASSWORD: '' } })
    expect(stderr).toMatch(/^Warning: NTLM_PASSWORD is empty, and is checked as it is: unset it/)
  })

  it('says that the MIC is wrong where a message was changed on its way', async () => {
    const [first, ...others] = await handshake('NTLM')
    const changed = Buffer.from(first, 'base64')
    changed[13] ^= 0x10
    const args = ['decode', '--password', '--json', changed.toString('base64'), ...others]
    const { code, stdout } = await ntlmkit(args, { env })
    expect(code).toBe(2)
    expect(JSON.parse(stdout).checks).toMatchObject([
      { name: 'response', result: 'right' },
      { name: 'MIC', result: 'wrong' },
      { name: 'binding', result: 'absent' },
    ])
  })

  it('says that the binding is to another certificate, and leaves a MIC unchecked without the NEGOTIATE', async () => {
    const [server, other] = [await serve({ tls: true }), await serve({ tls: true })]
    const [, ...tokens] = await handshake('NTLM', channelBindingFor(new X509Certificate(other.ca!).raw))
    const certificate = fileWith('server.pem', server.ca!)
    const args = ['decode', '--password', '--json', '--certificate', certificate, ...tokens]
    const { code, stdout } = await ntlmkit(args, { env })
    expect(code).toBe(2)
    expect(JSON.parse(stdout).checks).toMatchObject([
      { name: 'response', result: 'right' },
      { name: 'MIC', result: 'unchecked' },
      { name: 'binding', result: 'wrong' },
    ])
  })

  it('takes the NT hash in its place', async () => {
    const tokens = await handshake('NTLM')
    const wrong = await ntlmkit(['decode', '--nt-hash', ...tokens], { env: { NTLM_NT_HASH: '0'.repeat(32) } })
    expect(wrong.code).toBe(2)
    const none = await ntlmkit(['decode', '--nt-hash', ...tokens], { env: { NTLM_NT_HASH: 'hash' } })
    expect(none).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^ntlmkit: The NT hash is none\.\nIt is 32/),
    })
  })

  it('warns of a value on the command line, and does not show it', async () => {
    const { code, stdout, stderr } = await ntlmkit([
      'decode',
      `--password=${PASSWORD}`,
      ...(await handshake('NTLM')),
    ])
    expect(code).toBe(0)
    expect(stderr).toMatch(/^Warning: /)
    expect(stdout + stderr).not.toContain(PASSWORD)
  })

  it.each<[string[], Record<string, string>, string]>([
    [['--password', NEGOTIATE], env, 'There is no CHALLENGE with its AUTHENTICATE to check.'],
    [['--password', NEGOTIATE], {}, 'There is no terminal to ask for the password on.'],
    [
      ['--certificate', '/nonexistent/file', NEGOTIATE],
      env,
      '/nonexistent/file is no certificate that can be read.',
    ],
  ])('refuses %j in two lines', async (args, environment, message) => {
    const { code, stdout, stderr } = await ntlmkit(['decode', ...args], { env: environment })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr.split('\n')).toEqual([`ntlmkit: ${message}`, expect.stringMatching(/./), ''])
  })
})

describe('ntlmkit decode --web', () => {
  const page = join(COMMAND, '..', 'decoder.html')
  if (!existsSync(page)) console.log('The page of the decoder is not built: that it is missing is said.')

  it.skipIf(existsSync(page))('says that the page is missing', async () => {
    const { code, stderr } = await ntlmkit(['decode', '--web'])
    expect(code).toBe(1)
    expect(stderr).toMatch(/^ntlmkit: The page of the decoder is not in this package\.\n.+\n$/)
  })

  it.skipIf(!existsSync(page))('serves the page on loopback, and nothing else, until ^C', async () => {
    const child = start(['decode', '--web'])
    const ended = new Promise((resolve) => void child.once('close', resolve))
    const url = await new Promise<string>((resolve) => {
      child.stdout
        ?.setEncoding('utf8')
        .once('data', (line: string) => resolve(line.trim().split(' ').at(-1)!))
    })
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
    expect(await bodyOf(url)).toMatch(/^200 .*<html/is)
    expect(await bodyOf(`${url}package.json`)).toMatch(/^404 /)
    child.kill('SIGINT')
    expect(await ended).toBe(0)
  })
})

function bodyOf(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, async (response) => resolve(`${response.statusCode} ${await text(response)}`)).on(
      'error',
      reject,
    )
  })
}
