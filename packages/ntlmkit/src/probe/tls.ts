import { createHash, X509Certificate } from 'node:crypto'
import { connect, type TLSSocket } from 'node:tls'
import { channelBindingHash, tlsServerEndPoint } from '@ntlmkit/core'
import type { SeenCertificate } from '@ntlmkit/inspect'
import { CommandError } from '../command-error.js'
import { ExitCode } from '../exit-codes.js'

/** The TLS of a server, seen from outside: not one byte of HTTP was sent for it. */
export interface SeenTls {
  /** `TLSv1.3`. */
  readonly version: string | undefined
  /** True where the server chose h2 when it was offered beside http/1.1. */
  readonly http2: boolean
  readonly certificate: SeenCertificate & { readonly validTo: string; readonly names: string | undefined }
  /** Why the certificate is not trusted; undefined where it is. */
  readonly untrusted: string | undefined
}

/** Opens a connection, offers h2, and closes it. */
export function lookAtTls(url: URL, seconds: number, trust: object): Promise<SeenTls> {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return new Promise((resolve, reject) => {
    const socket = connect({
      ...trust,
      host,
      port: Number(url.port || 443),
      ...(isAddress(host) ? {} : { servername: host }),
      ALPNProtocols: ['h2', 'http/1.1'],
      rejectUnauthorized: false,
    })
    const timer = setTimeout(() => socket.destroy(tooLate(seconds)), seconds * 1000)
    socket.once('close', () => clearTimeout(timer))
    socket.once('error', reject)
    socket.once('secureConnect', () => {
      try {
        resolve(seen(socket))
      } catch (error) {
        reject(error)
      }
      socket.destroy()
    })
  })
}

function isAddress(host: string): boolean {
  return /^[\d.]+$/.test(host) || host.includes(':')
}

function seen(socket: TLSSocket): SeenTls {
  const { raw } = socket.getPeerCertificate()
  const { subject, issuer, validTo, subjectAltName } = new X509Certificate(raw)
  const endPoint = tlsServerEndPoint(raw)
  return {
    version: socket.getProtocol() ?? undefined,
    http2: socket.alpnProtocol === 'h2',
    certificate: {
      subject: oneLine(subject),
      issuer: oneLine(issuer),
      fingerprint: createHash('sha256').update(raw).digest('hex'),
      binding: endPoint && channelBindingHash(endPoint).toString('hex'),
      validTo,
      names: subjectAltName,
    },
    untrusted: socket.authorized ? undefined : String(socket.authorizationError ?? 'not trusted'),
  }
}

/** Node writes a part of a distinguished name a line. */
function oneLine(name: string): string {
  return name.split('\n').join(', ')
}

function tooLate(seconds: number): CommandError {
  return new CommandError(
    `TLS did not come about within ${seconds} seconds.`,
    'Look at the scheme and the port in the URL.',
    ExitCode.NO_CONNECTION,
  )
}
