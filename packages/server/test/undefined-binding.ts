import 'reflect-metadata'
import { createPrivateKey, type webcrypto, X509Certificate } from 'node:crypto'
import { SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509'
import { type KeyAndCertificate, makeCertificate } from '../src/certificate.js'

/** A certificate signed with Ed25519: RFC 5929 4.1 defines no hash for it. */
export async function ed25519Certificate(): Promise<KeyAndCertificate> {
  const { subtle } = globalThis.crypto
  const keys = (await subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=localhost',
    keys,
    signingAlgorithm: { name: 'Ed25519' },
    extensions: [new SubjectAlternativeNameExtension([{ type: 'ip', value: '127.0.0.1' }])],
  })
  const der = Buffer.from(await subtle.exportKey('pkcs8', keys.privateKey))
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  return { key: key.export({ type: 'pkcs8', format: 'pem' }).toString(), cert: certificate.toString('pem') }
}

const SHA256_WITH_RSA = '2a864886f70d01010b'
const RSA_WITH_SHA3_256 = '60864801650304030e'

/** A certificate that names RSA with SHA-3: WebCrypto makes none, and nobody checks the signature of a root. */
export async function sha3Certificate(): Promise<KeyAndCertificate> {
  const { key, cert } = await makeCertificate('127.0.0.1', { signature: 'rsa' })
  const hex = new X509Certificate(cert).raw.toString('hex').replaceAll(SHA256_WITH_RSA, RSA_WITH_SHA3_256)
  return { key, cert: new X509Certificate(Buffer.from(hex, 'hex')).toString() }
}
