import 'reflect-metadata'
import { createHash, generateKeyPairSync, webcrypto } from 'node:crypto'
import { cryptoProvider, X509CertificateGenerator } from '@peculiar/x509'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { channelBindingFor, channelBindingHash, tlsServerEndPoint } from '../src/channel-binding.js'
import { NtlmError } from '../src/errors.js'
import { encodeOid } from '../src/spnego/der.js'

type Algorithm = RsaHashedKeyGenParams | EcKeyGenParams | { name: string; hash?: string }
interface RsaHashedKeyGenParams {
  name: string
  hash: string
  publicExponent: Uint8Array
  modulusLength: number
}
interface EcKeyGenParams {
  name: string
  namedCurve: string
  hash?: string
}

const rsa = (name: string, hash: string): RsaHashedKeyGenParams => ({
  name,
  hash,
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
})

/** RSA keys take long to find, and one will do for any hash. */
const rsaKeys = generateKeyPairSync('rsa', { modulusLength: 2048 })

async function keysFor(algorithm: Algorithm): Promise<webcrypto.CryptoKeyPair> {
  const { subtle } = webcrypto
  if (!('modulusLength' in algorithm)) {
    return (await subtle.generateKey(algorithm as never, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair
  }
  const pkcs8 = rsaKeys.privateKey.export({ type: 'pkcs8', format: 'der' })
  const spki = rsaKeys.publicKey.export({ type: 'spki', format: 'der' })
  return {
    privateKey: await subtle.importKey('pkcs8', pkcs8, algorithm as never, true, ['sign']),
    publicKey: await subtle.importKey('spki', spki, algorithm as never, true, ['verify']),
  }
}

async function certificate(algorithm: Algorithm): Promise<Buffer> {
  cryptoProvider.set(webcrypto as never)
  const keys = await keysFor(algorithm)
  const made = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=localhost',
    keys: keys as never,
    signingAlgorithm: algorithm as never,
  })
  return Buffer.from(made.rawData)
}

const prefix = Buffer.from('tls-server-end-point:')

describe('tls-server-end-point (RFC 5929 4.1)', () => {
  it.each<[string, Algorithm, string]>([
    ['sha256WithRSAEncryption', rsa('RSASSA-PKCS1-v1_5', 'SHA-256'), 'sha256'],
    ['sha384WithRSAEncryption', rsa('RSASSA-PKCS1-v1_5', 'SHA-384'), 'sha384'],
    ['sha512WithRSAEncryption', rsa('RSASSA-PKCS1-v1_5', 'SHA-512'), 'sha512'],
    ['sha1WithRSAEncryption, which is too weak', rsa('RSASSA-PKCS1-v1_5', 'SHA-1'), 'sha256'],
    ['RSASSA-PSS with SHA-256', { ...rsa('RSA-PSS', 'SHA-256'), saltLength: 32 } as Algorithm, 'sha256'],
    ['RSASSA-PSS with SHA-384', { ...rsa('RSA-PSS', 'SHA-384'), saltLength: 48 } as Algorithm, 'sha384'],
    ['RSASSA-PSS with SHA-512', { ...rsa('RSA-PSS', 'SHA-512'), saltLength: 64 } as Algorithm, 'sha512'],
    ['ecdsa-with-SHA256', { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }, 'sha256'],
    ['ecdsa-with-SHA384', { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' }, 'sha384'],
    ['ecdsa-with-SHA512', { name: 'ECDSA', namedCurve: 'P-521', hash: 'SHA-512' }, 'sha512'],
  ])('is the hash of %s', async (_name, algorithm, hash) => {
    const der = await certificate(algorithm)
    expect(tlsServerEndPoint(der)).toEqual(Buffer.concat([prefix, createHash(hash).update(der).digest()]))
  })

  it('is not defined for Ed25519', async () => {
    expect(tlsServerEndPoint(await certificate({ name: 'Ed25519' }))).toBeUndefined()
  })

  it.each([Buffer.alloc(0), Buffer.from('not a certificate'), Buffer.from('3003020100', 'hex')])(
    'of bytes that are no certificate is an error',
    (bytes) => {
      expect(() => tlsServerEndPoint(bytes)).toThrow(
        expect.objectContaining({
          code: 'ERR_NTLM_CHANNEL_BINDING',
          message: 'The server certificate cannot be read as X.509 DER.',
        }),
      )
    },
  )

  it('never throws anything but an NtlmError', async () => {
    const der = await certificate({ name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' })
    fc.assert(
      fc.property(fc.nat(der.length - 1), fc.nat(255), (index, octet) => {
        const mutated = Buffer.from(der)
        mutated[index] = octet
        try {
          tlsServerEndPoint(mutated)
        } catch (error) {
          expect(error).toBeInstanceOf(NtlmError)
        }
      }),
    )
  })
})

describe('MsvAvChannelBindings ([MS-NLMP] 2.2.2.1)', () => {
  it("is that of Microsoft's published example", () => {
    const hash = 'ea05fefecc6b0bd571dbbc5baa3ed45386d0446835f7b74c85621b9983475f95'
    const data = Buffer.concat([prefix, Buffer.from(hash, 'hex')])
    expect(channelBindingHash(data).toString('hex')).toBe('6586e99d81c2fc984e47172fd4dd0310')
  })
})

/** The certificate with another signature algorithm, whose identifier is as long; nobody checks the signature here. */
async function signedBy(oid: string): Promise<Buffer> {
  const ed25519 = encodeOid('1.3.101.112')
  const replacement = encodeOid(oid)
  const short = replacement.length === ed25519.length
  const original = short ? { name: 'Ed25519' } : rsa('RSASSA-PKCS1-v1_5', 'SHA-256')
  const from = short ? ed25519 : encodeOid('1.2.840.113549.1.1.11')
  expect(replacement).toHaveLength(from.length)
  const der = await certificate(original)
  for (let at = der.indexOf(from); at >= 0; at = der.indexOf(from, at + 1)) der.set(replacement, at)
  return der
}

describe('the binding that must not be left out in silence', () => {
  it.each<[string, Algorithm]>([
    ['RSA with SHA-256', rsa('RSASSA-PKCS1-v1_5', 'SHA-256')],
    ['RSASSA-PSS with SHA-384', { ...rsa('RSA-PSS', 'SHA-384'), saltLength: 48 } as Algorithm],
    ['ECDSA with SHA-512', { name: 'ECDSA', namedCurve: 'P-521', hash: 'SHA-512' }],
  ])('is the hash of tls-server-end-point for %s', async (_name, algorithm) => {
    const der = await certificate(algorithm)
    expect(channelBindingFor(der)).toEqual(channelBindingHash(tlsServerEndPoint(der)!))
  })

  it.each([
    ['Ed25519', '1.3.101.112'],
    ['Ed448', '1.3.101.113'],
    ['ECDSA with SHA3-224', '2.16.840.1.101.3.4.3.9'],
    ['ECDSA with SHA3-256', '2.16.840.1.101.3.4.3.10'],
    ['ECDSA with SHA3-384', '2.16.840.1.101.3.4.3.11'],
    ['ECDSA with SHA3-512', '2.16.840.1.101.3.4.3.12'],
    ['RSA with SHA3-224', '2.16.840.1.101.3.4.3.13'],
    ['RSA with SHA3-256', '2.16.840.1.101.3.4.3.14'],
    ['RSA with SHA3-384', '2.16.840.1.101.3.4.3.15'],
    ['RSA with SHA3-512', '2.16.840.1.101.3.4.3.16'],
    ['an algorithm that nobody knows', '1.2.840.113549.1.1.99'],
  ])('is an error for %s, which names the algorithm', async (_name, oid) => {
    const der = await signedBy(oid)
    expect(tlsServerEndPoint(der)).toBeUndefined()
    expect(() => channelBindingFor(der)).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_CHANNEL_BINDING',
        phase: 'authenticate',
        message: `The server certificate is signed with algorithm ${oid}, for which RFC 5929 defines no channel binding.`,
        hint: expect.stringMatching(/signed with SHA-256.*channelBinding: 'none'/),
      }),
    )
  })

  it('is an error for RSASSA-PSS with a hash that is not known, which it names', async () => {
    const der = await certificate({ ...rsa('RSA-PSS', 'SHA-256'), saltLength: 32 } as Algorithm)
    const sha256 = encodeOid('2.16.840.1.101.3.4.2.1')
    const sha3 = encodeOid('2.16.840.1.101.3.4.2.8')
    for (let at = der.indexOf(sha256); at >= 0; at = der.indexOf(sha256, at + 1)) der.set(sha3, at)
    expect(() => channelBindingFor(der)).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_CHANNEL_BINDING',
        message:
          'The server certificate is signed with algorithm 1.2.840.113549.1.1.10 with hash 2.16.840.1.101.3.4.2.8, for which RFC 5929 defines no channel binding.',
      }),
    )
  })

  it('is an error for bytes that are no certificate', () => {
    expect(() => channelBindingFor(Buffer.from('not a certificate'))).toThrow(
      expect.objectContaining({
        code: 'ERR_NTLM_CHANNEL_BINDING',
        message: 'The server certificate cannot be read as X.509 DER.',
      }),
    )
  })
})
