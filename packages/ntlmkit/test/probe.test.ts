import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { jsonText } from '../src/json.js'
import { ALICE, endAfterEach, listening, ntlmkit, PASSWORD, published, seenBy, serve } from './child.js'

endAfterEach()

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function fileWith(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'ntlmkit-'))
  folders.push(folder)
  writeFileSync(join(folder, 'file.pem'), text)
  return join(folder, 'file.pem')
}

const WITHOUT_CREDENTIALS = ['GET none 401', 'GET negotiate 401', 'HEAD none 401']

describe('ntlmkit probe, without an account', () => {
  it('sends two GETs and a HEAD, none of which names anybody, and tells what is offered', async () => {
    const server = await serve({ schemes: ['negotiate', 'ntlm'] })
    const { code, stdout, stderr } = await ntlmkit(['probe', server.url])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(seenBy(server)).toEqual(WITHOUT_CREDENTIALS)
    expect(server.log.every(({ user, bodyBytes }) => user === undefined && bodyBytes === 0)).toBe(true)
    expect(stdout).toMatch(/^offers +Negotiate, NTLM$/m)
    expect(stdout).toMatch(/^NetBIOS domain +LAB$/m)
    expect(stdout).toMatch(/^DNS name +server\.lab\.test$/m)
    expect(stdout).toMatch(/^connection +stays open$/m)
    expect(stdout).toMatch(/^HEAD +answered as GET is \(401\)$/m)
  })

  it('keeps to 80 characters, and has no colours in a pipe', async () => {
    const server = await serve({ tls: true })
    const { stdout } = await ntlmkit(['probe', server.url])
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([])
    expect(stdout).not.toContain('\x1b')
  })

  it('prints one JSON document with --json', async () => {
    const server = await serve()
    const { stdout } = await ntlmkit(['probe', server.url, '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      url: server.url,
      status: 401,
      offers: ['NTLM'],
      challenge: {
        scheme: 'NTLM',
        netbiosDomain: 'LAB',
        netbiosComputer: 'SERVER',
        dnsDomain: 'lab.test',
        dnsComputer: 'server.lab.test',
        dnsForest: 'lab.test',
      },
      clock: { from: 'challenge' },
      connection: { persists: true, httpVersion: '1.1' },
      head: { status: 401, served: true },
    })
  })

  it('asks within SPNEGO where Negotiate alone is offered', async () => {
    const server = await serve({ schemes: ['negotiate'] })
    const { stdout } = await ntlmkit(['probe', server.url, '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ challenge: { scheme: 'Negotiate', netbiosDomain: 'LAB' } })
    expect(seenBy(server)).toEqual(WITHOUT_CREDENTIALS)
  })

  it('shows the certificate, its binding hash, and h2 where the server chooses it', async () => {
    const server = await serve({ tls: true, http2: 'reset' })
    const { code, stdout } = await ntlmkit(['probe', server.url, '--json'])
    const { tls } = JSON.parse(stdout)
    expect(code).toBe(0)
    expect(tls).toMatchObject({ http2: true, untrusted: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
    expect(tls.certificate).toMatchObject({
      fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
      binding: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
    const trusting = await ntlmkit(['probe', server.url, '--json', '--cacert', fileWith(server.ca!)])
    expect(JSON.parse(trusting.stdout).tls.untrusted).toBeUndefined()
  })

  it('tells a HEAD that is not served, and a connection that is not kept', async () => {
    const server = await serve({ head: 404, close: 'on-401' })
    const { stdout } = await ntlmkit(['probe', server.url, '--json'])
    expect(JSON.parse(stdout)).toMatchObject({
      connection: { persists: false },
      head: { status: 404, served: false },
    })
  })

  it.each([
    ['with-challenge', 'connection-not-kept'],
    ['after-challenge', 'connection-not-kept'],
  ] as const)('never calls a connection open that a finding calls closed: %s', async (close, id) => {
    const server = await serve({ close })
    const { stdout } = await ntlmkit(['probe', server.url], { env: ALICE })
    expect(stdout).toMatch(new RegExp(`^ {2}${id} \\(`, 'm'))
    expect(stdout).toMatch(new RegExp(`^connection +does not stay open: ${id}, below$`, 'm'))
  })

  it('tells where a redirect leads, and ends with 3', async () => {
    const url = await listening((_request, response) => {
      response.writeHead(302, { Location: '/intranet/' }).end()
    })
    const { code, stdout } = await ntlmkit(['probe', url])
    expect(code).toBe(3)
    expect(stdout).toMatch(new RegExp(`^answer +302 to ${url}intranet/: probe that$`, 'm'))
    const json = await ntlmkit(['probe', url, '--json'])
    expect(JSON.parse(json.stdout)).toMatchObject({ status: 302, location: `${url}intranet/` })
  })

  it('tells what is open to everybody, and ends with 3', async () => {
    const url = await listening((_request, response) => void response.end('hello'))
    const { code, stdout } = await ntlmkit(['probe', url], { env: ALICE })
    expect(code).toBe(3)
    expect(stdout).toMatch(/^answer +open to everybody \(200\), nothing asked$/m)
    expect(stdout).toContain('No credentials were sent.')
  })

  it('ends with 3 where NTLM is not offered, and asks for no challenge there', async () => {
    const server = await serve({ offers: ['Basic realm="x"'] })
    const { code, stdout } = await ntlmkit(['probe', server.url])
    expect(code).toBe(3)
    expect(stdout).toMatch(/^offers +Basic$/m)
    expect(seenBy(server)).toEqual(['GET none 401', 'HEAD none 401'])
  })

  it('ends with 4 where nothing listens', async () => {
    const server = await serve()
    const { url } = server
    await server.close()
    const { code, stdout, stderr } = await ntlmkit(['probe', url])
    expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
    expect(stderr).toMatch(/^ntlmkit: .*ECONNREFUSED.*\nNothing listens there: .*\n$/)
  })

  it('ends with 4 where an answer is not over in time, though it is never silent', async () => {
    const dripping = createServer((_request, response) => {
      response.writeHead(401, { 'WWW-Authenticate': 'NTLM' })
      const timer = setInterval(() => response.write('x'), 50)
      response.once('close', () => clearInterval(timer))
    })
    await new Promise<void>((resolve) => dripping.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = dripping.address() as AddressInfo
      const { code, stderr } = await ntlmkit(['probe', `http://127.0.0.1:${port}/`, '--timeout', '0.5'])
      expect(code).toBe(4)
      expect(stderr).toMatch(/^ntlmkit: No answer came within 0\.5 seconds\.\n/)
    } finally {
      dripping.closeAllConnections()
      dripping.close()
    }
  })

  it('ends with 4 where no answer comes in time', async () => {
    const silent = createServer(() => {})
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = silent.address() as AddressInfo
      const { code, stderr } = await ntlmkit(['probe', `http://127.0.0.1:${port}/`, '--timeout', '0.2'])
      expect(code).toBe(4)
      expect(stderr).toMatch(/^ntlmkit: No answer came within 0\.2 seconds\.\n/)
    } finally {
      silent.closeAllConnections()
      silent.close()
    }
  })
})

describe('what ntlmkit probe prints', () => {
  it('has no query of the URL in it', async () => {
    const server = await serve()
    const url = `${server.url}page?token=s3cret`
    const told = await Promise.all([
      ntlmkit(['probe', url], { env: ALICE }),
      ntlmkit(['probe', url, '--json'], { env: ALICE }),
      ntlmkit(['request', url, '-v', '-o', '/dev/null'], { env: ALICE }),
    ])
    for (const { code, stdout, stderr } of told) {
      expect(code).toBe(0)
      expect(stdout + stderr).not.toContain('s3cret')
    }
    expect(JSON.parse(told[1].stdout).url).toBe(`${server.url}page`)
  })

  it('has every unseen character escaped in JSON, and comes back as it was', () => {
    const text = jsonText({ name: 'a\x7f\x9b31m\u200b\u202e\u2028\u{e0001}\n\x1bz' })
    expect(text).toBe('{\n  "name": "a\\u007f\\u009b31m\\u200b\\u202e\\u2028\\udb40\\udc01\\n\\u001bz"\n}')
    expect(JSON.parse(text).name).toBe('a\x7f\x9b31m\u200b\u202e\u2028\u{e0001}\n\x1bz')
  })
})

describe('ntlmkit probe, with an account', () => {
  it('logs on once, with a GET', async () => {
    const server = await serve()
    const { code, stdout } = await ntlmkit(['probe', server.url], { env: ALICE })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^log-on +LAB\\alice is let in: 200$/m)
    expect(seenBy(server)).toEqual([...WITHOUT_CREDENTIALS, 'GET negotiate 401', 'GET authenticate 200'])
  })

  it.each([[['ntlm']], [['negotiate']], [['ntlm', 'negotiate']]] as const)(
    'tries a wrong password exactly once where %j is offered',
    async (schemes) => {
      const server = await serve({ schemes: [...schemes] })
      const env = { ...ALICE, NTLM_PASSWORD: 'Wr0ng-h0rse' }
      const { code, stdout, stderr } = await ntlmkit(['probe', server.url, '--json'], { env })
      expect(code).toBe(2)
      expect(JSON.parse(stdout).logOn).toMatchObject({
        accepted: false,
        error: { code: 'ERR_NTLM_REJECTED' },
      })
      expect(server.log.filter(({ leg }) => leg === 'authenticate')).toHaveLength(1)
      expect(new Set(server.log.map(({ method }) => method))).toEqual(new Set(['GET', 'HEAD']))
      expect(stdout + stderr).not.toContain('Wr0ng-h0rse')
    },
  )

  it('sends no credentials to a server whose certificate is not trusted, and ends with 4', async () => {
    const server = await serve({ tls: true })
    const { code, stdout } = await ntlmkit(['probe', server.url], { env: ALICE })
    expect(code).toBe(4)
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('No credentials were sent.')
    expect(seenBy(server)).toEqual(WITHOUT_CREDENTIALS)
  })

  it('is bound to the certificate that it trusts, also to one it trusts by -k', async () => {
    const server = await serve({ tls: true, channelBinding: 'require' })
    const { code } = await ntlmkit(['probe', server.url, '-k'], { env: ALICE })
    expect(code).toBe(0)
    expect(server.log.at(-1)).toMatchObject({ status: 200, channelBinding: expect.any(String) })
  })

  it('ends with 6 where the account is let in and the page is not there', async () => {
    const server = await serve({ handler: (_request, response) => void response.writeHead(404).end() })
    const { code, stdout } = await ntlmkit(['probe', server.url], { env: ALICE })
    expect(code).toBe(6)
    expect(stdout).toContain('is let in: 404')
  })

  it('never shows the password', async () => {
    const server = await serve()
    const shown = await Promise.all([
      ntlmkit(['probe', server.url, '--json', '--user', `LAB\\alice:${PASSWORD}`]),
      published(['probe', server.url], { env: { ...ALICE, NODE_DEBUG: 'ntlmkit' } }),
    ])
    for (const { stdout, stderr } of shown) expect(stdout + stderr).not.toContain(PASSWORD)
  })
})
