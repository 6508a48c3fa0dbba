import type { NtlmError } from '../errors.js'
import type { Scheme } from '../options.js'
import { HandshakeGate } from './handshake-gate.js'

/** What the requests of one identity have learned about one origin: shared by all its connections. */
export class OriginMemory {
  readonly origin: string
  readonly gate = new HandshakeGate()

  #plain = false
  #accepted = false
  #scheme: Scheme | undefined
  #headTellsAll = true
  #perRequest = false
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
    return this.#perRequest
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

  learnAccepted(): void {
    this.#accepted = true
    this.#rejection = undefined
    this.gate.open()
  }

  learnRejected(error: NtlmError): void {
    this.#accepted = false
    this.#rejection = error
    this.gate.refuse(error)
  }

  learnHeadMisleads(): void {
    this.#headTellsAll = false
  }

  learnPerRequest(): void {
    this.#perRequest = true
  }
}
