import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createSecureServer } from 'node:http2'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer as createTlsServer } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { makeCertificate } from '../../server/src/certificate.js'
import { ALICE, endAfterEach, listening, ntlmkit, portOf, serve } from './child.js'

endAfterEach()

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function fileWith(contents: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'ntlmkit-'))
  folders.push(folder)
  writeFileSync(join(folder, 'file.pem'), contents)
  return join(folder, 'file.pem')
}

const COMMANDS = ['probe', 'request'] as const
const NAMES =
  /is for DNS:localhost, IP Address:127\.0\.0\.1, .*, and not for .*: use a name of its own in the URL, or trust any certificate with -k\./

describe('a certificate for other names', () => {
  it.each(COMMANDS)('is told by its names in %s, and not that its authority is missing', async (command) => {
    const server = await serve({ tls: true })
    // The same machine by an address that the certificate does not have.
    const url = server.url.replace('127.0.0.1', '[::ffff:127.0.0.1]')
    const args = [command, url, '--cacert', fileWith(server.ca!)]
    const { code, stdout, stderr } = await ntlmkit(args, { env: ALICE })
    expect(code).toBe(4)
    const said = (stdout + stderr).replaceAll(/\s+/g, ' ')
    expect(said).toMatch(NAMES)
    expect(said).not.toContain('--cacert')
    expect(server.log.filter(({ leg }) => leg === 'authenticate')).toEqual([])
  })

  it.each(COMMANDS)(
    'one that is not trusted is told once in %s, with -k beside --cacert',
    async (command) => {
      const server = await serve({ tls: true })
      const { code, stdout, stderr } = await ntlmkit([command, server.url], { env: ALICE })
      expect(code).toBe(4)
      const said = (stdout + stderr).replaceAll(/\s+/g, ' ')
      expect(said).toContain('with --cacert, or trust any certificate with -k.')
      expect(said.split('DEPTH_ZERO').length).toBeLessThan(3)
    },
  )
})

describe('--cacert', () => {
  it.each(['', 'no certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])(
    'refuses a file that holds none: %j',
    async (contents) => {
      const file = fileWith(contents)
      for (const command of COMMANDS) {
        expect(await ntlmkit([command, 'https://127.0.0.1:1/', '--cacert', file], { env: ALICE })).toEqual({
          code: 1,
          stdout: '',
          stderr: `ntlmkit: ${file} is no certificate that can be read.\nGive a file in PEM or DER.\n`,
        })
      }
    },
  )
})

describe('http to what speaks something else', () => {
  async function tlsPort(): Promise<number> {
    return portOf(createTlsServer(await makeCertificate('localhost')).on('tlsClientError', () => {}))
  }

  const sshPort = () =>
    portOf(createServer((socket) => socket.once('data', () => socket.end('SSH-2.0-OpenSSH_9\r\n'))))

  it.each(COMMANDS)('asks in %s at a port of TLS whether it is https', async (command) => {
    const { code, stderr } = await ntlmkit([command, `http://127.0.0.1:${await tlsPort()}/`], { env: ALICE })
    expect(code).toBe(4)
    expect(stderr).toMatch(/^ntlmkit: .+\nIs this https\? Look at the scheme and the port in the URL\.\n$/)
  })

  it.each(COMMANDS)('asks it in %s at a port of neither', async (command) => {
    const { code, stderr } = await ntlmkit([command, `http://127.0.0.1:${await sshPort()}/`], { env: ALICE })
    expect(code).toBe(4)
    expect(stderr).toMatch(/^ntlmkit: What answers there speaks no HTTP \(HPE_\w+\)\.\nIs this https\?/)
  })

  it.each(COMMANDS)('and https to http in %s whether it is http, in words of OpenSSL', async (command) => {
    const { port } = new URL(await listening((_request, response) => void response.end()))
    const { code, stderr } = await ntlmkit([command, `https://127.0.0.1:${port}/`], { env: ALICE })
    expect(code).toBe(4)
    expect(stderr).toMatch(/^ntlmkit: No TLS came about: .*\((ERR_SSL|EPROTO)\w*\)\.\nIs this http\? /)
    expect(stderr).not.toMatch(/u000a|\.c:\d/)
  })
})

describe('a server of h2 alone', () => {
  it('is reported as far as it was seen, and ends with 5', async () => {
    const server = createSecureServer({ ...(await makeCertificate('localhost')), allowHTTP1: false })
    const port = await portOf(server.on('sessionError', () => {}))
    const { code, stdout, stderr } = await ntlmkit(['probe', `https://127.0.0.1:${port}/`, '--json'])
    expect({ code, stderr }).toEqual({ code: 5, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({
      tls: { http2: true },
      findings: [{ id: 'http2', likelihood: 'certain' }],
    })
    expect(JSON.parse(stdout)).not.toHaveProperty('status')
    const { stdout: table } = await ntlmkit(['probe', `https://127.0.0.1:${port}/`], { env: ALICE })
    expect(table).toMatch(/^answer +none over HTTP\/1\.1$/m)
    expect(table).toMatch(/^http\/2 +offered/m)
  })
})
