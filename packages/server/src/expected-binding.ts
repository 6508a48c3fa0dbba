import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { channelBindingHash, tlsServerEndPoint } from '@ntlmkit/core'
import { configError } from './option-rules.js'

/** Extended Protection: not asked for, checked where there is one, or required. */
export type ChannelBinding = 'off' | 'accept' | 'require'

/** The MsvAvChannelBindings to expect on a connection; undefined where there is nothing to bind to. */
export type ExpectedBinding = (socket: Socket) => Uint8Array | undefined

/**
 * Under `'require'`, a connection with nothing to bind to is an error: an acceptor that expects no binding would take
 * an AUTHENTICATE without one.
 *
 * @param der the certificate that clients see, where it is not the connection's own.
 * @throws {NtlmError} ERR_NTLM_CONFIG here for a given certificate, and when it is called for the connection's own.
 */
export function expectedBinding(
  channelBinding: ChannelBinding,
  der: Uint8Array | undefined,
): ExpectedBinding {
  if (channelBinding === 'off') return () => undefined
  const bind = channelBinding === 'require' ? requiredBinding : bindingOf
  if (der !== undefined) {
    const binding = bind(der)
    return () => binding
  }
  return (socket) => {
    const own = ownCertificate(socket)
    if (own !== undefined) return bind(own)
    if (channelBinding === 'accept') return undefined
    throw configError(
      'Channel binding is required, and the connection has no TLS.',
      'Use https, or give the certificate option where TLS ends before this server.',
    )
  }
}

/** @throws {NtlmError} ERR_NTLM_CONFIG for a certificate that no binding is defined for. */
export function requiredBinding(der: Uint8Array): Uint8Array {
  const binding = bindingOf(der)
  if (binding) return binding
  throw configError(
    'Channel binding is required, and none is defined for the certificate.',
    'RFC 5929 4.1 takes the hash of its signature, and Ed25519, Ed448 and SHA-3 have none there: sign with SHA-2.',
  )
}

function bindingOf(der: Uint8Array): Uint8Array | undefined {
  const endPoint = tlsServerEndPoint(der)
  return endPoint && channelBindingHash(endPoint)
}

/** Without TLS there is no such method, and without a certificate the object it gives is empty. */
function ownCertificate(socket: Socket): Uint8Array | undefined {
  const certificate = (socket as Partial<TLSSocket>).getCertificate?.()
  return certificate && 'raw' in certificate ? certificate.raw : undefined
}
