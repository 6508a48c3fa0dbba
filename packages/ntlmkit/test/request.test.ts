import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ALICE, endAfterEach, listening, ntlmkit, PASSWORD, published, serve } from './child.js'

endAfterEach()

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'ntlmkit-'))
  folders.push(path)
  return path
}

describe('ntlmkit request', () => {
  it('writes the body of the answer to standard output, and nothing else', async () => {
    const server = await serve()
    const { code, stdout, stderr } = await ntlmkit(['request', `${server.url}x?y=1`], { env: ALICE })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ method: 'GET', path: '/x?y=1', user: 'alice', domain: 'LAB' })
  })

  it('shows the head of the answer before it with --include', async () => {
    const server = await serve()
    const { stdout } = await ntlmkit(['request', server.url, '--include'], { env: ALICE })
    expect(stdout).toMatch(/^HTTP\/1\.1 200 OK\nContent-Type: application\/json\n(.+\n)+\n\{/)
  })

  it('shows the legs and both heads on standard error with -v, and no token', async () => {
    const server = await serve()
    const { stdout, stderr } = await published(['request', server.url, '-v', '-H', 'X-Trace: 7'], {
      env: ALICE,
    })
    expect(JSON.parse(stdout).user).toBe('alice')
    expect(stderr).toMatch(/^> GET \/ HTTP\/1\.1$/m)
    expect(stderr).toMatch(/^> X-Trace: 7$/m)
    expect(stderr).toMatch(/^\* #1 .*negotiate.*401/m)
    expect(stderr).toMatch(/^\* #1 .*authenticate.*200/m)
    expect(stderr).toMatch(/^< HTTP\/1\.1 200 OK$/m)
    expect(stderr).not.toMatch(/TlRMTVNTUAA/)
    expect(server.log.at(-1)?.headers['x-trace']).toBe('7')
  })

  it('sends text, a file and standard input as bodies, each to its end', async () => {
    const server = await serve()
    const file = join(folder(), 'rows.csv')
    writeFileSync(file, 'a,b\n1,2\n')
    const large = Buffer.alloc(3_000_000, 'x')
    const sent = [
      await ntlmkit(['request', server.url, '-d', 'a=1'], { env: ALICE }),
      await ntlmkit(['request', server.url, '-X', 'PUT', '-d', `@${file}`], { env: ALICE }),
      await ntlmkit(['request', server.url, '-d', '-'], { env: ALICE, input: large }),
    ]
    expect(sent.map(({ stdout }) => JSON.parse(stdout))).toMatchObject([
      { method: 'POST', bodyBytes: 3 },
      { method: 'PUT', bodyBytes: 8 },
      { method: 'POST', bodyBytes: large.length },
    ])
    const types = server.log
      .filter(({ status }) => status === 200)
      .map(({ headers }) => headers['content-type'])
    expect(types).toEqual([
      'application/x-www-form-urlencoded',
      'application/octet-stream',
      'application/octet-stream',
    ])
  })

  it('writes the answer into a file with -o, and shows no bar where there is no terminal', async () => {
    const server = await serve({ handler: (_request, response) => void response.end(Buffer.alloc(500_000)) })
    const file = join(folder(), 'out')
    const { code, stdout, stderr } = await ntlmkit(['request', server.url, '-o', file], { env: ALICE })
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(readFileSync(file)).toHaveLength(500_000)
  })

  it('trusts the authority that --cacert names, and none besides', async () => {
    const server = await serve({ tls: true, channelBinding: 'require' })
    const file = join(folder(), 'ca.pem')
    writeFileSync(file, server.ca!)
    const refused = await ntlmkit(['request', server.url], { env: ALICE })
    expect(refused.code).toBe(4)
    expect(refused.stderr).toMatch(/^ntlmkit: .*certificate.*\nThe certificate is not trusted: .*\n$/)
    expect(server.log).toEqual([])
    const trusted = await ntlmkit(['request', server.url, '--cacert', file], { env: ALICE })
    expect(trusted.code).toBe(0)
  })

  it('ends with 2 after a wrong password, which it sends once', async () => {
    const server = await serve()
    const env = { ...ALICE, NTLM_PASSWORD: 'Wr0ng-h0rse' }
    const { code, stdout, stderr } = await ntlmkit(['request', server.url, '-d', 'x'], { env })
    expect(code).toBe(2)
    expect(stderr).toMatch(/^ntlmkit: .*\(ERR_NTLM_REJECTED\)\n.+/)
    expect(server.log.filter(({ leg }) => leg === 'authenticate')).toHaveLength(1)
    expect(stdout + stderr).not.toContain('Wr0ng-h0rse')
  })

  it('ends with 3 where NTLM is not offered', async () => {
    const url = await listening((_request, response) => {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="x"' }).end()
    })
    const { code, stderr } = await ntlmkit(['request', url], { env: ALICE })
    expect(code).toBe(3)
    expect(stderr).toContain('ERR_NTLM_NOT_OFFERED')
  })

  it('ends with 6 for an error of the application, whose body it still writes', async () => {
    const server = await serve({ handler: (_request, response) => void response.writeHead(403).end('no') })
    const { code, stdout, stderr } = await ntlmkit(['request', server.url], { env: ALICE })
    expect({ code, stdout }).toEqual({ code: 6, stdout: 'no' })
    expect(stderr).toBe(
      'ntlmkit: The server answered 403.\nThe log-on worked, and this account may not see this page.\n',
    )
  })

  it.each<[status: number, hint: string]>([
    [403, 'No log-on was asked for: the server forbids it by itself.'],
    [404, 'No log-on was asked for: there is nothing at this path.'],
    [500, 'No log-on was asked for: the server answers so by itself.'],
  ])('ends with 3 for a %s before anybody was asked who is there', async (status, hint) => {
    const url = await listening((_request, response) => void response.writeHead(status).end('no'))
    const { code, stdout, stderr } = await ntlmkit(['request', url], { env: ALICE })
    expect({ code, stdout }).toEqual({ code: 3, stdout: 'no' })
    expect(stderr).toBe(`ntlmkit: The server answered ${status}.\n${hint}\n`)
  })

  it('says no more of a log-on where the answer to the AUTHENTICATE is an error of the application', async () => {
    const server = await serve({ handler: (_request, response) => void response.writeHead(500).end() })
    const { code, stderr } = await ntlmkit(['request', server.url], { env: ALICE })
    expect(code).toBe(6)
    expect(stderr).toMatch(/answered 500\.\nThe answer is the application's own/)
  })

  it('ends with 3 where a proxy asks first, as probe does', async () => {
    const url = await listening((_request, response) => {
      response.writeHead(407, { 'Proxy-Authenticate': 'NTLM' }).end()
    })
    for (const command of ['request', 'probe']) {
      const { code, stdout, stderr } = await ntlmkit([command, url], { env: ALICE })
      expect(code).toBe(3)
      expect(stdout + stderr).toContain('proxy-asks (likely)')
    }
  })

  it('tells the cause of a 503 of HTTP.sys', async () => {
    const url = await listening((_request, response) => {
      response.writeHead(503, {
        server: 'Microsoft-HTTPAPI/2.0',
        connection: 'close',
        'content-type': 'text/html; charset=us-ascii',
      })
      response.end()
    })
    const { code, stderr } = await ntlmkit(['request', url], { env: ALICE })
    expect(code).toBe(3)
    expect(stderr).toMatch(/^ntlmkit: The server answered 503\.\n.+\n {2}server-stopped \(certain\): 503/)
  })

  it('tells where a redirect leads, without its being an error', async () => {
    const url = await listening((_request, response) => {
      response.writeHead(302, { Location: '/account/login?returnUrl=%2F' }).end()
    })
    const { code, stdout, stderr } = await ntlmkit(['request', url], { env: ALICE })
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    const target = `${url}account/login?returnUrl=%2F`
    expect(stderr).toContain(`The server answered 302: it sends to ${target}, which was not requested.\n`)
    expect(stderr).toMatch(/^ {2}login-page \(possible\): 302 sends to/m)
  })

  it.each<[string[], string]>([
    [['-H', 'nocolon'], '--header number 1 is no field.'],
    [
      ['-H', 'Authorization: Basic eDp5'],
      'A request with a field Authorization of its own is not authenticated.',
    ],
    [['-d', '@/nonexistent/file'], '/nonexistent/file cannot be read.'],
    [['-X', 'A B'], 'The method is no HTTP method.'],
    [['--cacert', '/nonexistent/file'], '/nonexistent/file cannot be read.'],
  ])('refuses %j in two lines, and sends nothing', async (args, message) => {
    const server = await serve()
    const { code, stderr } = await ntlmkit(['request', server.url, ...args], { env: ALICE })
    expect(code).toBe(1)
    expect(stderr.split('\n')).toEqual([`ntlmkit: ${message}`, expect.stringMatching(/./), ''])
    expect(server.log).toEqual([])
  })

  it('never shows the password', async () => {
    const server = await serve()
    const args = ['request', server.url, '-v', '-i', '--user', `LAB\\alice:${PASSWORD}`]
    const { stdout, stderr } = await published(args, { env: { NODE_DEBUG: 'ntlmkit' } })
    expect(stdout + stderr).not.toContain(PASSWORD)
  })
})
