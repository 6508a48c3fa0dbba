import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { certificateChanged, http2Negotiated } from '../rules/failures.js'
import type { ResolvedNtlmOptions } from '../rules/options.js'

/** The TLS of a connection that has just been made, as far as a handshake needs it. */
export interface ChannelRead {
  /** The server's leaf certificate, DER; absent without TLS. */
  readonly certificate?: Uint8Array
}

/**
 * Reads from a connected socket what a handshake is bound to, once: `getPeerX509Certificate` empties the certificate for
 * later calls on Node 20 to 24. From then on the socket closes when TLS is renegotiated under another certificate.
 *
 * @throws {NtlmError} ERR_NTLM_HTTP2 where HTTP/2 was negotiated.
 */
export function readChannel(
  socket: Socket,
  origin: string,
  { channelBinding }: ResolvedNtlmOptions,
): ChannelRead {
  // TLS under an http origin is that of a proxy: the handshake is not bound to it.
  if (!(socket instanceof TLSSocket) || !origin.startsWith('https:')) return {}
  if (socket.alpnProtocol === 'h2') throw http2Negotiated(origin)
  const certificate = certificateOf(socket)
  if (channelBinding !== 'none') watchRenegotiation(socket, certificate, origin)
  return { certificate }
}

function certificateOf(socket: TLSSocket): Buffer | undefined {
  return socket.getPeerCertificate().raw
}

/** TLS 1.2 may renegotiate, as IIS does for client certificates: under the same certificate, or not on this connection. */
function watchRenegotiation(socket: TLSSocket, certificate: Buffer | undefined, origin: string): void {
  socket.on('secureConnect', () => {
    if (certificate === undefined || !certificateOf(socket)?.equals(certificate)) {
      socket.destroy(certificateChanged(origin))
    }
  })
}
