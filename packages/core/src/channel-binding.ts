import { createHash } from 'node:crypto'
import { NtlmError } from './errors.js'
import { shown } from './shown.js'
import { DerReader, decodeOid, Tag } from './spnego/der.js'

const RSASSA_PSS = '1.2.840.113549.1.1.10'

/** The hash each signature algorithm names; RFC 5929 4.1 turns MD5 and SHA-1 into SHA-256. */
const HASH_OF_SIGNATURE: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.4', 'sha256'], // md5WithRSAEncryption
  ['1.2.840.113549.1.1.5', 'sha256'], // sha1WithRSAEncryption
  ['1.2.840.113549.1.1.11', 'sha256'],
  ['1.2.840.113549.1.1.12', 'sha384'],
  ['1.2.840.113549.1.1.13', 'sha512'],
  ['1.2.840.113549.1.1.14', 'sha224'],
  ['1.2.840.10045.4.1', 'sha256'], // ecdsa-with-SHA1
  ['1.2.840.10045.4.3.1', 'sha224'],
  ['1.2.840.10045.4.3.2', 'sha256'],
  ['1.2.840.10045.4.3.3', 'sha384'],
  ['1.2.840.10045.4.3.4', 'sha512'],
  ['1.2.840.10040.4.3', 'sha256'], // dsa-with-sha1
  ['2.16.840.1.101.3.4.3.1', 'sha224'], // dsa-with-sha224
  ['2.16.840.1.101.3.4.3.2', 'sha256'],
])

/** Hash algorithms as RSASSA-PSS-params name them (RFC 4055 2.1), under the same rule. */
const HASH_OF_OID: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.2.5', 'sha256'], // md5
  ['1.3.14.3.2.26', 'sha256'], // sha1
  ['2.16.840.1.101.3.4.2.1', 'sha256'],
  ['2.16.840.1.101.3.4.2.2', 'sha384'],
  ['2.16.840.1.101.3.4.2.3', 'sha512'],
  ['2.16.840.1.101.3.4.2.4', 'sha224'],
])

const PREFIX = Buffer.from('tls-server-end-point:', 'latin1')

/**
 * The tls-server-end-point channel binding of a server's certificate (RFC 5929 4): the prefix and the
 * certificate's hash, by the hash of its own signature algorithm.
 *
 * @param certificate the leaf certificate, DER, as `tlsSocket.getPeerCertificate().raw` gives it.
 * @returns undefined where RFC 5929 defines no binding: the algorithm names no hash (Ed25519, Ed448), or one that is
 *   not known here (RSA and ECDSA with SHA-3, or any other). Whoever must not go without takes `channelBindingFor`.
 * @throws {NtlmError} ERR_NTLM_CHANNEL_BINDING if the bytes are no certificate.
 */
export function tlsServerEndPoint(certificate: Uint8Array): Buffer | undefined {
  const { hash } = signatureOf(certificate)
  if (hash === undefined) return undefined
  return Buffer.concat([PREFIX, createHash(hash).update(certificate).digest()])
}

/**
 * MsvAvChannelBindings: MD5 over the gss_channel_bindings_struct of [MS-NLMP] 2.2.2.1 and RFC 4121 4.1.1.2,
 * with no addresses, so five little-endian 32-bit integers before the data.
 */
export function channelBindingHash(applicationData: Uint8Array): Buffer {
  const header = Buffer.alloc(20)
  header.writeUInt32LE(applicationData.length, 16)
  return createHash('md5').update(header).update(applicationData).digest()
}

/**
 * MsvAvChannelBindings of a connection over TLS, 16 bytes, for whoever must not go without: an initiator under
 * `channelBinding: 'auto'`, an acceptor that requires it.
 *
 * @param certificate the server's leaf certificate, DER.
 * @throws {NtlmError} ERR_NTLM_CHANNEL_BINDING if the bytes are no certificate, or RFC 5929 defines no binding for its
 *   signature: to leave the binding out in silence would switch Extended Protection off.
 */
export function channelBindingFor(certificate: Uint8Array): Buffer {
  const endPoint = tlsServerEndPoint(certificate)
  if (endPoint !== undefined) return channelBindingHash(endPoint)
  const { name } = signatureOf(certificate)
  throw new NtlmError(
    'ERR_NTLM_CHANNEL_BINDING',
    `The server certificate is signed with ${shown(name)}, for which RFC 5929 defines no channel binding.`,
    {
      phase: 'authenticate',
      hint:
        'Replace the certificate by one signed with SHA-256; or, where the server does not require the binding, ' +
        "switch it off with channelBinding: 'none'.",
    },
  )
}

/** The signature algorithm of a certificate, in words, and the hash that the binding takes from it. */
interface CertificateSignature {
  name: string
  hash: string | undefined
}

function signatureOf(certificate: Uint8Array): CertificateSignature {
  try {
    return readSignature(certificate)
  } catch (cause) {
    throw new NtlmError('ERR_NTLM_CHANNEL_BINDING', 'The server certificate cannot be read as X.509 DER.', {
      phase: 'authenticate',
      hint: "Pass the leaf certificate's DER bytes, or switch the binding off with channelBinding: 'none'.",
      cause,
    })
  }
}

/** Reads Certificate.signatureAlgorithm (RFC 5280 4.1.1.2) from the DER: Node 20 and 22 do not tell it. */
function readSignature(certificate: Uint8Array): CertificateSignature {
  const outer = new DerReader(new DerReader(certificate).expect(Tag.SEQUENCE).contents)
  outer.expect(Tag.SEQUENCE) // tbsCertificate
  const algorithm = new DerReader(outer.expect(Tag.SEQUENCE).contents)
  const oid = decodeOid(algorithm.expect(Tag.OBJECT_IDENTIFIER).contents)
  if (oid === RSASSA_PSS) return pssSignature(algorithm)
  return { name: `algorithm ${oid}`, hash: HASH_OF_SIGNATURE.get(oid) }
}

/** RSASSA-PSS-params (RFC 4055 3.1): `[0] hashAlgorithm`, SHA-1 when absent. */
function pssSignature(algorithm: DerReader): CertificateSignature {
  const parameters = new DerReader(algorithm.expect(Tag.SEQUENCE).contents)
  const hashAlgorithm = parameters.optional(Tag.CONTEXT_0)
  if (hashAlgorithm === undefined) return { name: `algorithm ${RSASSA_PSS}`, hash: 'sha256' }
  const identifier = new DerReader(new DerReader(hashAlgorithm.contents).expect(Tag.SEQUENCE).contents)
  const oid = decodeOid(identifier.expect(Tag.OBJECT_IDENTIFIER).contents)
  return { name: `algorithm ${RSASSA_PSS} with hash ${oid}`, hash: HASH_OF_OID.get(oid) }
}
