import type { Credential } from '../credentials.js'
import type { NtlmError } from '../errors.js'
import type { Scheme } from '../options.js'
import { HandshakeGate } from './handshake-gate.js'

/**
 * Connections that may close on an AUTHENTICATE before its credential is taken for refused: there are servers that say no
 * in this way, and count it as an attempt.
 */
const MAX_LOST_AUTHENTICATES = 2

/** What the requests of one identity have learned about one origin: shared by all its connections. */
export class OriginMemory {
  readonly origin: string
  readonly gate = new HandshakeGate()

  #plain = false
  #scheme: Scheme | undefined
  #headTellsAll = true
  #perRequest: 'no' | 'suspected' | 'yes' = 'no'
  #accepted: Credential | undefined
  #acceptedPath: string | undefined
  #doubted = false
  #lostAuthenticates = 0
  #rejection: NtlmError | undefined

  constructor(origin: string) {
    this.origin = origin
  }

  /** Whether requests go plainly at first: the origin was seen to ask for nothing that we can give. */
  get plain(): boolean {
    return this.#plain
  }

  /** The scheme the origin was last seen to take. */
  get scheme(): Scheme | undefined {
    return this.#scheme
  }

  /** False once the origin let a HEAD pass, or refused it, and then challenged the request itself. */
  get headTellsAll(): boolean {
    return this.#headTellsAll
  }

  /** Whether the origin wants every request on a connection authenticated (IIS: authPersistSingleRequest). */
  get perRequest(): boolean {
    return this.#perRequest === 'yes'
  }

  /** Whether the origin may want that: it refused the first request that an authenticated connection carried plainly. */
  get perRequestSuspected(): boolean {
    return this.#perRequest === 'suspected'
  }

  /** Whether the origin has accepted this very credential, and not rejected it since. */
  hasAccepted(credential: Credential): boolean {
    return this.#accepted === credential
  }

  /**
   * While the origin refuses a credential it had accepted: the path it was accepted for. There an AUTHENTICATE shows
   * whether the credential is still good, and the refusal one of rights.
   */
  proofPath(credential: Credential): string | undefined {
    return this.#doubted && this.hasAccepted(credential) ? this.#acceptedPath : undefined
  }

  /** The last rejection, until the origin accepts the credentials again. */
  get rejection(): NtlmError | undefined {
    return this.#rejection
  }

  /** The origin asks for a scheme of ours: from now on a connection is authenticated before it is used. */
  learnScheme(scheme: Scheme): void {
    this.#scheme = scheme
    this.#plain = false
    if (!this.#accepted) this.gate.close()
  }

  /** The origin asks for nothing, or for nothing we have; a scheme seen elsewhere on it counts for more. */
  learnPlain(): void {
    if (this.#scheme !== undefined) return
    this.#plain = true
    this.gate.open()
  }

  /** @param path where, if that is known. */
  learnAccepted(credential: Credential, path: string | undefined): void {
    this.#accepted = credential
    this.#acceptedPath = path ?? this.#acceptedPath
    this.#doubted = false
    this.#lostAuthenticates = 0
    this.#rejection = undefined
    this.gate.open()
  }

  /**
   * The connection closed on an AUTHENTICATE.
   *
   * @param error what it comes to when it has happened too often, for a credential that is not known to be good.
   * @returns whether it has.
   */
  learnAuthenticateLost(credential: Credential, error: NtlmError): boolean {
    if (this.hasAccepted(credential) && !this.#doubted) return false
    if (++this.#lostAuthenticates < MAX_LOST_AUTHENTICATES) return false
    this.learnRejected(error)
    return true
  }

  /**
   * The origin refused a credential that it had accepted elsewhere: the account may lack the right to this path, as IIS
   * says it with a 401 too, or its password has changed. Nobody else is refused, and the next handshake finds out.
   */
  learnDoubted(): void {
    this.#doubted = true
    this.gate.close()
  }

  learnRejected(error: NtlmError): void {
    this.#accepted = undefined
    this.#doubted = false
    this.#lostAuthenticates = 0
    this.#rejection = error
    this.gate.refuse(error)
  }

  learnHeadMisleads(): void {
    this.#headTellsAll = false
  }

  learnPerRequest(): void {
    this.#perRequest = 'yes'
  }

  suspectPerRequest(): void {
    if (this.#perRequest === 'no') this.#perRequest = 'suspected'
  }

  /** An authenticated connection carried a request plainly, or would. */
  learnPersistent(): void {
    if (this.#perRequest === 'suspected') this.#perRequest = 'no'
  }
}
