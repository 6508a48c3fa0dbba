import { createPrivateKey, webcrypto } from 'node:crypto'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

/** PEM. */
export interface KeyAndCertificate {
  key: string
  cert: string
}

/** Two certificates for the loopback addresses, and the one of the authority that issued them. */
export interface CertificateSet {
  ca: string
  leaves: readonly [KeyAndCertificate, KeyAndCertificate]
}

type Keys = webcrypto.CryptoKeyPair

/** What is used here of @peculiar/x509. */
interface X509 {
  X509CertificateGenerator: {
    create(parameters: object): Promise<{ subject: string; toString(format: 'pem'): string }>
  }
  BasicConstraintsExtension: new (ca: boolean) => object
  SubjectAlternativeNameExtension: new (names: { type: 'dns' | 'ip'; value: string }[]) => object
}

const ALGORITHM = { name: 'ECDSA', hash: 'SHA-256' }
const NAMES = [
  { type: 'dns', value: 'localhost' },
  { type: 'ip', value: '127.0.0.1' },
] as const
const AUTHORITY = 'CN=ntlmkit fault server authority'
const DAY = 24 * 60 * 60 * 1000

/** Makes them, for these tests and for no longer than a week. */
export async function makeCertificates(): Promise<CertificateSet> {
  const { X509CertificateGenerator, BasicConstraintsExtension, SubjectAlternativeNameExtension } =
    await loadX509()
  const authority = await makeKeys()
  const issue = async (subject: string, keys: Keys, extension: object) => {
    const certificate = await X509CertificateGenerator.create({
      subject,
      issuer: AUTHORITY,
      publicKey: keys.publicKey,
      signingKey: authority.privateKey,
      signingAlgorithm: ALGORITHM,
      notBefore: new Date(Date.now() - DAY),
      notAfter: new Date(Date.now() + 7 * DAY),
      extensions: [extension],
    })
    return certificate.toString('pem')
  }
  const leaf = async (name: string): Promise<KeyAndCertificate> => {
    const keys = await makeKeys()
    const cert = await issue(`CN=${name}`, keys, new SubjectAlternativeNameExtension([...NAMES]))
    return { key: await pem(keys), cert }
  }
  const ca = await issue(AUTHORITY, authority, new BasicConstraintsExtension(true))
  return { ca, leaves: [await leaf('ntlmkit fault server'), await leaf('ntlmkit fault server, changed')] }
}

/** The library that @ntlmkit/server makes its certificates with, found as that package finds it. */
async function loadX509(): Promise<X509> {
  const server = createRequire(import.meta.url).resolve('@ntlmkit/server/package.json')
  const { resolve } = createRequire(server)
  await import(pathToFileURL(resolve('reflect-metadata')).href)
  return (await import(pathToFileURL(resolve('@peculiar/x509')).href)) as X509
}

function makeKeys(): Promise<Keys> {
  const parameters = { name: 'ECDSA', namedCurve: 'P-256' }
  return webcrypto.subtle.generateKey(parameters, true, ['sign', 'verify']) as Promise<Keys>
}

async function pem({ privateKey }: Keys): Promise<string> {
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', privateKey))
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
    .export({ type: 'pkcs8', format: 'pem' })
    .toString()
}
