import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { shown } from '@ntlmkit/core'
import { CommandError } from './command-error.js'

/** What is known of a certificate that was refused. */
export interface RefusedCertificate {
  /** As Node writes them: `DNS:intranet.corp, IP Address:10.0.0.1`. */
  readonly names: string | undefined
  readonly validTo: string | undefined
  readonly host: string | undefined
}

const ANY = 'or trust any certificate with -k'

/** The next thing to do about a certificate that is not trusted, by the code that OpenSSL or Node gives the reason. */
export function trustHint(code: string, { names, validTo, host }: RefusedCertificate): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const has = names ? `is for ${shown(names, 500)}` : 'has no name at all'
    const not = host === undefined ? '' : `, and not for ${shown(host)}`
    return `The certificate ${has}${not}: use a name of its own in the URL, ${ANY}.`
  }
  if (code === 'CERT_HAS_EXPIRED') {
    const when = validTo ? `expired on ${shown(validTo)}` : 'has expired'
    return `The certificate ${when}: renew it on the server, look at this machine's clock, ${ANY}.`
  }
  if (code === 'CERT_NOT_YET_VALID') {
    return `The certificate is not valid yet: look at this machine's clock, ${ANY}.`
  }
  return `The certificate is not trusted: name the file of its authority with --cacert, ${ANY}.`
}

/** What an error of Node's carries of the certificate. */
export function refusedIn(error: object): RefusedCertificate {
  const { host, cert } = error as { host?: unknown; cert?: { subjectaltname?: unknown; valid_to?: unknown } }
  return { names: text(cert?.subjectaltname), validTo: text(cert?.valid_to), host: text(host) }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

const PEM = /-----BEGIN [A-Z0-9 ]*CERTIFICATE-----/

/**
 * The certificates in a file, in PEM.
 *
 * @throws {CommandError} where it has none that can be read.
 */
export function certificatesIn(file: string): string {
  const bytes = contentsOf(file)
  try {
    // The first tells what the file is; of several each is for TLS to judge.
    const first = new X509Certificate(bytes)
    const text = bytes.toString('latin1')
    return PEM.test(text) ? text : first.toString()
  } catch {
    throw new CommandError(`${shown(file)} is no certificate that can be read.`, 'Give a file in PEM or DER.')
  }
}

function contentsOf(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch {
    throw new CommandError(`${shown(file)} cannot be read.`, 'Look at its path and permissions.')
  }
}
