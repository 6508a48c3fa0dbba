import {
  type Credential,
  channelBindingFor,
  NtlmInitiator,
  type Scheme,
  type SecurityContext,
  type SecurityContextStep,
  SpnegoInitiator,
  servicePrincipalName,
} from '@ntlmkit/core'
import { failedStep } from './failed-step.js'
import { certificateMissing } from './failures.js'
import type { ResolvedNtlmOptions } from './options.js'

const SCHEME_NAMES: Record<Scheme, string> = { ntlm: 'NTLM', negotiate: 'Negotiate' }

/** The connection of a handshake: that is bound to its certificate, for its origin's service. */
export interface Channel {
  readonly origin: string
  /** The server's leaf certificate, DER; absent without TLS. */
  readonly certificate?: Uint8Array
}

/** One handshake: the security context, and the HTTP scheme that carries its tokens. */
export class Handshake {
  readonly scheme: Scheme
  readonly credential: Credential
  readonly #origin: string
  readonly #context: SecurityContext
  #complete = false

  /** @throws {NtlmError} ERR_NTLM_CHANNEL_BINDING when the binding that is wanted cannot be made. */
  constructor(scheme: Scheme, credential: Credential, channel: Channel, options: ResolvedNtlmOptions) {
    this.scheme = scheme
    this.credential = credential
    this.#origin = channel.origin
    this.#context = contextFor(scheme, credential, channel, options)
  }

  /** As it is written: `NTLM`, `Negotiate`. */
  get schemeName(): string {
    return SCHEME_NAMES[this.scheme]
  }

  /** `DOMAIN\\user`, as it is sent. */
  get account(): string {
    return this.credential.toString()
  }

  /** True once the context expects no token of the server any more. */
  get complete(): boolean {
    return this.#complete
  }

  /** The credentials field with the first token. */
  begin(): string | Promise<string> {
    return this.#stepped(undefined, ({ token }) => this.#written(token!))
  }

  /**
   * Takes a token of the server, in base64.
   *
   * @returns the credentials field that answers it; undefined where the context has nothing to say.
   * @throws {NtlmError} whatever the context finds wrong with the token, with the origin it came from.
   */
  continue(token: string): string | undefined | Promise<string | undefined> {
    return this.#stepped(Buffer.from(token, 'base64'), (step) => {
      this.#complete = step.complete
      return step.token && this.#written(step.token)
    })
  }

  /** At once where the context answers at once: NTLM does, and a request should not wait a turn for it. */
  #stepped<T>(token: Uint8Array | undefined, use: (step: SecurityContextStep) => T): T | Promise<T> {
    const failed = (error: unknown): never => {
      const { schemeName, account } = this
      throw failedStep(error, { origin: this.#origin, schemeName, account })
    }
    try {
      const step: SecurityContextStep | Promise<SecurityContextStep> = this.#context.step(token)
      return step instanceof Promise ? step.then(use).catch(failed) : use(step)
    } catch (error) {
      return failed(error)
    }
  }

  #written(token: Uint8Array): string {
    return `${this.schemeName} ${Buffer.from(token).toString('base64')}`
  }
}

function contextFor(
  scheme: Scheme,
  credential: Credential,
  channel: Channel,
  { workstation, spn, legacy, channelBinding }: ResolvedNtlmOptions,
): SecurityContext {
  const options = {
    credential,
    workstation,
    legacy,
    targetName: spn ?? servicePrincipalName(channel.origin),
    channelBinding: channelBinding === 'none' ? undefined : bindingTo(channel),
  }
  if (scheme === 'ntlm') return new NtlmInitiator(options)
  // SPNEGO signs its list of mechanisms, and some servers insist on it: that takes a context with integrity.
  return new SpnegoInitiator({
    mechanism: new NtlmInitiator({ ...options, services: { integrity: true } }),
  })
}

const bindings = new WeakMap<Uint8Array, Uint8Array>()

/** The binding to a certificate, made once for each that is read: a connection makes many handshakes where it must. */
function bindingTo({ origin, certificate }: Channel): Uint8Array | undefined {
  if (!origin.startsWith('https:')) return undefined
  if (certificate === undefined) throw certificateMissing(origin)
  const known = bindings.get(certificate)
  if (known !== undefined) return known
  const binding = channelBindingFor(certificate)
  bindings.set(certificate, binding)
  return binding
}
