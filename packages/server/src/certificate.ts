import { createPrivateKey, type webcrypto, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { configError } from './option-rules.js'

/** A certificate that is made when the server starts, for these names and for no longer than a week. */
export interface CertificateOptions {
  /** The signature algorithm: what decides, with `hash`, how a client computes the channel binding. Default: `'ecdsa'`. */
  signature?: 'rsa' | 'rsa-pss' | 'ecdsa' | undefined
  /** The hash of the signature. Default: `'sha256'`. */
  hash?: 'sha256' | 'sha384' | 'sha512' | undefined
}

/** A key and its certificate. */
export interface KeyAndCertificate {
  /** PEM. */
  key: string
  /** PEM; the leaf first where it is a chain. */
  cert: string
}

const HASHES = { sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' } as const
const SALT_LENGTHS = { sha256: 32, sha384: 48, sha512: 64 } as const
const RSA = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }
const DAY = 24 * 60 * 60 * 1000

/** Makes a self-signed certificate for the host, localhost and the loopback addresses. */
export async function makeCertificate(
  host: string,
  options: CertificateOptions = {},
): Promise<KeyAndCertificate> {
  // Loaded when it is needed: plain http starts without it. x509 wants reflect-metadata to be there before it.
  await import('reflect-metadata')
  const { SubjectAlternativeNameExtension, X509CertificateGenerator } = await import('@peculiar/x509')
  const { keys, signingAlgorithm } = await makeKeys(options)
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=ntlmkit test server',
    keys,
    signingAlgorithm,
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + 7 * DAY),
    extensions: [new SubjectAlternativeNameExtension(alternativeNames(host))],
  })
  return { key: await pem(keys.privateKey), cert: certificate.toString('pem') }
}

/** The DER of the leaf. */
export function leafOf(cert: string): Uint8Array {
  try {
    return new X509Certificate(cert).raw
  } catch (cause) {
    throw configError('The tls.cert option is no certificate.', 'Give it as PEM.', cause)
  }
}

async function makeKeys({ signature = 'ecdsa', hash = 'sha256' }: CertificateOptions) {
  const { subtle } = globalThis.crypto
  if (signature === 'ecdsa') {
    const keys = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
    return { keys, signingAlgorithm: { name: 'ECDSA', hash: HASHES[hash] } }
  }
  const name = signature === 'rsa' ? 'RSASSA-PKCS1-v1_5' : 'RSA-PSS'
  const keys = await subtle.generateKey({ name, hash: HASHES[hash], ...RSA }, true, ['sign', 'verify'])
  return { keys, signingAlgorithm: { name, hash: HASHES[hash], saltLength: SALT_LENGTHS[hash] } }
}

async function pem(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await globalThis.crypto.subtle.exportKey('pkcs8', key))
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
    .export({ type: 'pkcs8', format: 'pem' })
    .toString()
}

function alternativeNames(host: string): { type: 'dns' | 'ip'; value: string }[] {
  const names = new Set(['localhost', '127.0.0.1', '::1', host])
  return [...names].map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }))
}
