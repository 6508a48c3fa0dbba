import { channelBindingHash, tlsServerEndPoint } from '../channel-binding.js'
import type { Credential } from '../credentials.js'
import { NtlmInitiator } from '../ntlm/initiator.js'
import { type ResolvedNtlmOptions, type Scheme, servicePrincipalName } from '../options.js'
import type { SecurityContext } from '../security-context.js'
import { SpnegoInitiator } from '../spnego/initiator.js'
import { certificateMissing } from './failures.js'
import { Handshake } from './handshake.js'

/** Makes the handshakes of one connection: bound to its certificate, for its origin's service. */
export class Initiation {
  readonly #options: ResolvedNtlmOptions
  readonly #origin: string
  readonly #certificate: Uint8Array | undefined
  #channelBinding: Uint8Array | undefined

  /** @param certificate the server's leaf certificate, DER; undefined without TLS. */
  constructor(options: ResolvedNtlmOptions, origin: string, certificate: Uint8Array | undefined) {
    this.#options = options
    this.#origin = origin
    this.#certificate = certificate
  }

  /** @throws {NtlmError} ERR_NTLM_CHANNEL_BINDING when the certificate to bind to is missing or cannot be read. */
  handshake(scheme: Scheme, credential: Credential): Handshake {
    return new Handshake(scheme, credential, this.#context(scheme, credential))
  }

  #context(scheme: Scheme, credential: Credential): SecurityContext {
    const { workstation, spn, legacy } = this.#options
    const options = {
      credential,
      workstation,
      legacy,
      targetName: spn ?? servicePrincipalName(this.#origin),
      channelBinding: this.#bindToChannel(),
    }
    if (scheme === 'ntlm') return new NtlmInitiator(options)
    // SPNEGO signs its list of mechanisms, and some servers insist on it: that takes a context with integrity.
    return new SpnegoInitiator({
      mechanism: new NtlmInitiator({ ...options, services: { integrity: true } }),
    })
  }

  #bindToChannel(): Uint8Array | undefined {
    if (this.#options.channelBinding === 'none' || !this.#origin.startsWith('https:')) return undefined
    if (this.#certificate === undefined) throw certificateMissing(this.#origin)
    if (this.#channelBinding === undefined) {
      const endPoint = tlsServerEndPoint(this.#certificate)
      this.#channelBinding = endPoint && channelBindingHash(endPoint)
    }
    return this.#channelBinding
  }
}
