import { X509Certificate } from 'node:crypto'
import { channelBindingFor, channelBindingHash } from '@ntlmkit/core'
import type { SeenCertificate } from '@ntlmkit/inspect'
import type { Channel } from './handshake.js'

/** The facts of a server's leaf certificate, DER, for somebody who compares it with the server's own. */
export function certificateFacts(der: Uint8Array | undefined): SeenCertificate | undefined {
  if (der === undefined) return undefined
  const binding = bindingTo({ certificate: der })
  try {
    const { subject, issuer, fingerprint256 } = new X509Certificate(der)
    return {
      subject: onOneLine(subject),
      issuer: onOneLine(issuer),
      fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
      binding,
    }
  } catch {
    // TLS has taken it; what its names are is nothing that a log-on fails for.
    return { binding }
  }
}

/** MsvAvChannelBindings as it stands in the AUTHENTICATE, hex; undefined for a certificate that has none. */
export function bindingTo({ certificate }: Pick<Channel, 'certificate'>): string | undefined {
  if (certificate === undefined) return undefined
  try {
    return channelBindingHash(channelBindingFor(certificate)).toString('hex')
  } catch {
    return undefined
  }
}

/** Node has one attribute a line; a name may have none. */
function onOneLine(name: string | undefined): string | undefined {
  return name?.replaceAll('\n', ', ')
}
