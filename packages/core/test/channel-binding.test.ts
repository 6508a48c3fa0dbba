import 'reflect-metadata'
import { createHash, generateKeyPairSync, webcrypto } from 'node:crypto'
import { cryptoProvider, X509CertificateGenerator } from '@peculiar/x509'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { channelBindingHash, tlsServerEndPoint } from '../src/channel-binding.js'
import { NtlmError } from '../src/errors.js'

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
