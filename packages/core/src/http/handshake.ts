import type { Credential } from '../credentials.js'
import type { Scheme } from '../options.js'
import type { SecurityContext, SecurityContextStep } from '../security-context.js'

const SCHEME_NAMES: Record<Scheme, string> = { ntlm: 'NTLM', negotiate: 'Negotiate' }

/** One handshake: the security context, and the HTTP scheme that carries its tokens. */
export class Handshake {
  readonly scheme: Scheme
  readonly credential: Credential
  readonly #context: SecurityContext
  #complete = false

  constructor(scheme: Scheme, credential: Credential, context: SecurityContext) {
    this.scheme = scheme
    this.credential = credential
    this.#context = context
  }

  /** As it is written: `NTLM`, `Negotiate`. */
  get schemeName(): string {
    return SCHEME_NAMES[this.scheme]
  }

  /** `DOMAIN\\user`, as it is sent. */
  get account(): string {
    return this.credential.toString()
  }

  /** Whether the context expects no token of the server any more. */
  get complete(): boolean {
    return this.#complete
  }

  /** The credentials field with the first token. */
  begin(): string {
    return this.#written((this.#context.step() as SecurityContextStep).token!)
  }

  /**
   * Takes a token of the server, in base64.
   *
   * @returns the credentials field that answers it; undefined where the context has nothing to say.
   * @throws {NtlmError} whatever the context finds wrong with the token.
   */
  continue(token: string): string | undefined {
    const step = this.#context.step(Buffer.from(token, 'base64')) as SecurityContextStep
    this.#complete = step.complete
    return step.token && this.#written(step.token)
  }

  #written(token: Uint8Array): string {
    return `${this.schemeName} ${Buffer.from(token).toString('base64')}`
  }
}
