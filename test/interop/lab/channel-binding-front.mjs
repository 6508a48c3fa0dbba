// A private HTTPS server that refuses a handshake without the channel binding of its certificate.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from './ports.mjs'
import { accepts, startProgram } from './process.mjs'
import { gssNtlmsspEnvironment, writeUserFile } from './user-file.mjs'

export const channelBindingPackages = ['gss-ntlmssp', 'python3-gssapi', 'openssl']

const script = fileURLToPath(new URL('./channel-binding.py', import.meta.url))

/**
 * Starts the server on a free loopback port. Everything wants NTLM or Negotiate but what lies below /open.
 * The answer is JSON: { user, method, bodyBytes, bodySha256, connectionPort }. Why it refused stands in its
 * log alone.
 *
 * @param {string} dir for this instance alone; made when it is not there
 * @param {object} options
 * @param {import('./user-file.mjs').User[]} options.users
 * @param {import('./certificates.mjs').Certificate} options.certificate
 */
export async function startChannelBindingFront(dir, { users, certificate }) {
  mkdirSync(dir, { recursive: true })
  const userFile = writeUserFile(dir, users)
  const port = await freePort()
  const { key, cert, hash } = certificate
  const { pid, stop } = await startProgram({
    name: 'channel-binding',
    dir,
    // The distribution's own interpreter: the bindings are packaged for no other.
    command: '/usr/bin/python3',
    args: [script, String(port), key, cert, hash],
    env: gssNtlmsspEnvironment(userFile),
    ready: () => accepts({ port, host: '127.0.0.1' }),
  })
  return { url: `https://localhost:${port}`, ca: cert, logFile: join(dir, 'channel-binding.log'), pid, stop }
}
