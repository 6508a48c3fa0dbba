import { constants, X509Certificate } from 'node:crypto'
import type { Socket } from 'node:net'
import { createSecureContext, type SecureContext, type SecureVersion, TLSSocket } from 'node:tls'
import { channelBindingHash, tlsServerEndPoint } from '@ntlmkit/core'
import type { CertificateSet, KeyAndCertificate } from './certificates.js'

export type CertificateName = 'own' | 'other'

const layers = new WeakMap<CertificateSet, Map<SecureVersion, TlsLayer>>()

/** The TLS of servers with the same certificates: two of them, and how a connection is secured with either. */
export class TlsLayer {
  readonly #contexts: Readonly<Record<CertificateName, SecureContext>>
  readonly #bindings: Readonly<Record<CertificateName, Uint8Array>>

  private constructor({ leaves: [own, other] }: CertificateSet, maxVersion: SecureVersion) {
    this.#contexts = { own: contextOf(own, maxVersion), other: contextOf(other, maxVersion) }
    this.#bindings = { own: bindingOf(own), other: bindingOf(other) }
  }

  /** The same one for the same certificates: reading their keys would be most of what a short test does. */
  static of(certificates: CertificateSet, maxVersion: SecureVersion): TlsLayer {
    const versions = layers.get(certificates) ?? new Map<SecureVersion, TlsLayer>()
    layers.set(certificates, versions)
    const layer = versions.get(maxVersion) ?? new TlsLayer(certificates, maxVersion)
    versions.set(maxVersion, layer)
    return layer
  }

  context(certificate: CertificateName): SecureContext {
    return this.#contexts[certificate]
  }

  /** What an AUTHENTICATE must be bound to over a connection with that certificate. */
  binding(certificate: CertificateName): Uint8Array {
    return this.#bindings[certificate]
  }

  /** @param secured called once the handshake is done; never for one that fails. */
  secure(
    raw: Socket,
    certificate: CertificateName,
    requiresClientCertificate: boolean,
    secured: (socket: TLSSocket) => void,
  ): void {
    const socket = new TLSSocket(raw, {
      isServer: true,
      secureContext: this.#contexts[certificate],
      requestCert: requiresClientCertificate,
      rejectUnauthorized: requiresClientCertificate,
    })
    const giveUp = () => {
      socket.destroy()
      raw.destroy()
    }
    socket.on('error', giveUp)
    // Without a reader nobody would see that the client has gone.
    socket.once('end', giveUp).resume()
    // A renegotiation says so again.
    socket.once('secure', () => {
      socket.off('end', giveUp).pause()
      // Not in the middle of TLS's own work: a socket that is reset there takes the process with it.
      setImmediate(() => secured(socket))
    })
  }
}

function contextOf({ key, cert }: KeyAndCertificate, maxVersion: SecureVersion): SecureContext {
  const secureOptions = constants.SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION
  return createSecureContext({ key, cert, maxVersion, secureOptions })
}

function bindingOf({ cert }: KeyAndCertificate): Uint8Array {
  return channelBindingHash(tlsServerEndPoint(new X509Certificate(cert).raw)!)
}
