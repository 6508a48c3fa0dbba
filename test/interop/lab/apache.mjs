// A private Apache with mod_auth_gssapi over gss-ntlmssp: plain NTLM and Negotiate, on http and https.
import { chmodSync, copyFileSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { apacheConfig } from './apache-config.mjs'
import { readAccessLog } from './apache-log.mjs'
import { makeCertificate } from './certificates.mjs'
import { writeKeytab } from './keytab.mjs'
import { freePort } from './ports.mjs'
import { accepts, startProgram } from './process.mjs'
import { gssNtlmsspEnvironment, writeUserFile } from './user-file.mjs'

export const apachePackages = [
  'apache2-bin',
  'libapache2-mod-auth-gssapi',
  'gss-ntlmssp',
  'openssl',
  'python3-minimal',
  'libpython3-stdlib',
]

const sourceDir = fileURLToPath(new URL('.', import.meta.url))

/**
 * Starts Apache on free loopback ports. What lies below /protected wants NTLM, what lies below /open nothing;
 * both answer with JSON: { user, method, bodyBytes, bodySha256, connectionPort }.
 *
 * @param {string} dir for this instance alone; made when it is not there
 * @param {object} options
 * @param {import('./user-file.mjs').User[]} options.users
 * @param {boolean | number} [options.shortLived] close a connection after so many requests, true being 2; false by
 *   default
 * @param {'ntlmssp' | 'krb5'} [options.mechanism] krb5 has a keytab that no ticket fits; ntlmssp by default
 * @param {boolean} [options.http2] prefer h2 in ALPN and listen on https only; false by default
 * @param {'sha256' | 'sha384'} [options.hash] of the certificate's signature; sha256 by default
 */
export async function startApache(dir, options) {
  const { users, shortLived = false, mechanism = 'ntlmssp', http2 = false, hash = 'sha256' } = options
  const cgi = join(dir, 'cgi')
  mkdirSync(cgi, { recursive: true })
  mkdirSync(join(dir, 'documents'), { recursive: true })
  openToWorkers(dir)
  copyFileSync(join(sourceDir, 'echo.py'), join(cgi, 'echo.py'))
  copyFileSync(join(sourceDir, 'locale.lua'), join(dir, 'locale.lua'))
  chmodSync(join(cgi, 'echo.py'), 0o755)
  const userFile = writeUserFile(dir, users)
  if (mechanism === 'krb5') writeKeytab(join(dir, 'krb5.keytab'))
  const accessFile = join(dir, 'access.log')
  // Tests count lines; and a process id left by a crash may be somebody else's, which stops Apache's start.
  for (const old of [accessFile, join(dir, 'httpd.own-pid')]) rmSync(old, { force: true })

  const certificate = await makeCertificate(dir, { hash })
  const httpPort = http2 ? undefined : await freePort()
  const httpsPort = await freePort()
  const configFile = join(dir, 'httpd.conf')
  const requestsPerConnection = shortLived === true ? 2 : Number(shortLived)
  const settings = { dir, httpPort, httpsPort, certificate, requestsPerConnection, mechanism, http2 }
  writeFileSync(configFile, await apacheConfig(settings))
  const { pid, stop } = await startProgram({
    name: 'apache',
    dir,
    command: '/usr/sbin/apache2',
    args: ['-f', configFile, '-DFOREGROUND'],
    env: gssNtlmsspEnvironment(userFile),
    ready: () => accepts({ port: httpsPort, host: '127.0.0.1' }),
  })
  return {
    http: httpPort === undefined ? undefined : `http://localhost:${httpPort}`,
    https: `https://localhost:${httpsPort}`,
    ca: certificate.cert,
    errorLog: join(dir, 'error.log'),
    pid,
    stop,
    /** @param {{ after?: number, atLeast?: number }} [wanted] */
    accessLog: (wanted) => readAccessLog(accessFile, wanted),
  }
}

/**
 * Apache's workers are www-data and must reach the script and the users, also in a directory of mkdtemp.
 *
 * @param {string} dir
 */
function openToWorkers(dir) {
  chmodSync(dir, 0o755)
  for (let parent = dirname(dir); parent !== dirname(parent); parent = dirname(parent)) {
    if ((statSync(parent).mode & 0o001) === 0)
      throw new Error(`lab: Apache's workers may not enter ${parent}`)
  }
}
