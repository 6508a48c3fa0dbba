// Self-signed certificates for localhost, made by the openssl command line.
import { execFile } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * @typedef {object} Certificate
 * @property {string} key path of the private key, PEM
 * @property {string} cert path of the certificate, PEM; also what a client must trust
 * @property {'sha256' | 'sha384'} hash of its signature algorithm, hence of its channel binding
 */

/**
 * Writes key.pem and cert.pem for localhost and 127.0.0.1 into a directory.
 *
 * @param {string} dir
 * @param {{ hash?: 'sha256' | 'sha384' }} [options]
 * @returns {Promise<Certificate>}
 */
export async function makeCertificate(dir, { hash = 'sha256' } = {}) {
  mkdirSync(dir, { recursive: true })
  const key = join(dir, 'key.pem')
  const cert = join(dir, 'cert.pem')
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-noenc', `-${hash}`, '-days', '30']
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  await run('openssl', [...request, ...subject, '-keyout', key, '-out', cert])
  return { key, cert, hash }
}
