import type { NtlmError } from '@ntlmkit/core'
import { nextInOrder } from './outgoing-request.js'

const MINUTE = 60_000
/** How long a rejected credential is not tried again: longer each time. */
const COOL_DOWNS = [MINUTE, 5 * MINUTE, 15 * MINUTE] as const
/** Log-ons that a cool-down may cost: many domains lock an account at the third. */
const MAX_FAILED = 2
/** Milliseconds for which a proof lets any number of log-ons go side by side. */
const PROOF_LASTS = 5000

/** A rejection, and how long the credential is not tried again for it. */
export interface Rejection {
  readonly error: NtlmError
  /** Where it was. */
  readonly path: string
  /** Where it stands in the order of requests and rejections. */
  readonly order: number
  /** Milliseconds of the clock. */
  readonly since: number
  readonly until: number
}

/** The standing of one credential at one origin (docs/rules.md, Log-ons). It outlives the credential, and has nothing of it. */
export class CredentialStanding {
  readonly #now: () => number
  #provenAt: number | undefined
  #provenPath: string | undefined
  #doubted = false
  /** Log-ons since the last proof, or in this cool-down, that did not end with one. */
  #failed = 0
  #rejection: Rejection | undefined
  #coolDowns = 0

  constructor(now: () => number) {
    this.#now = now
  }

  /** True if the origin accepted it, and has not rejected it since. */
  get isProven(): boolean {
    return this.#provenAt !== undefined
  }

  /** True while the last proof is so fresh that nobody needs to wait for another. */
  get isFreshlyProven(): boolean {
    return this.#provenAt !== undefined && !this.#doubted && this.#now() - this.#provenAt < PROOF_LASTS
  }

  /**
   * While the origin refuses what it had accepted: the path it was accepted for. There an AUTHENTICATE shows whether the
   * credential is still good, and the refusal one of rights (decision 008).
   */
  get proofPath(): string | undefined {
    return this.#doubted ? this.#provenPath : undefined
  }

  /** True while the origin refuses what it had accepted. */
  get isDoubted(): boolean {
    return this.#doubted
  }

  get rejection(): Rejection | undefined {
    if (this.#rejection !== undefined && this.#rejection.until <= this.#now()) {
      this.#rejection = undefined
      this.#failed = 0
    }
    return this.#rejection
  }

  /**
   * The rejection that keeps a log-on for this path from being tried. A second path may be tried once: where an account
   * lacks a right, servers answer as if the password were wrong. It takes a request that began since: those that were
   * under way with the one that was rejected are not to find out one after the other.
   */
  rejectionFor(path: string, order: number): Rejection | undefined {
    const { rejection } = this
    if (rejection === undefined) return undefined
    const isSecond = this.#failed < MAX_FAILED && rejection.path !== path && order > rejection.order
    return isSecond ? undefined : rejection
  }

  /** @param path what the account has a right to by that, if it is known. */
  proven(path: string | undefined): void {
    this.#provenAt = this.#now()
    this.#provenPath = path ?? this.#provenPath
    this.#doubted = false
    this.#failed = 0
    this.#rejection = undefined
    this.#coolDowns = 0
  }

  /**
   * The AUTHENTICATE was answered with a 401.
   *
   * @param besideProof whether it went side by side with others, on a fresh proof.
   * @returns whether the credential is rejected by that. Where it was accepted before, the account may lack a right: the
   * next log-on finds out.
   */
  refused(path: string, error: NtlmError, besideProof = false): boolean {
    if (this.isProven && (besideProof || !this.#doubted)) {
      this.#doubt()
      return false
    }
    this.#failed++
    this.#reject(path, error)
    return true
  }

  /**
   * The connection closed on the AUTHENTICATE. There are servers that say no in this way, and count it.
   *
   * @param besideProof whether it went side by side with others, on a fresh proof.
   * @returns whether that has happened too often.
   */
  lost(path: string, error: NtlmError, besideProof = false): boolean {
    if (besideProof && this.isProven) {
      this.#doubt()
      return false
    }
    if (++this.#failed < MAX_FAILED) return false
    this.#reject(path, error)
    return true
  }

  /** The answer shows neither. The server may have counted a failure all the same. */
  unclear(): void {
    if (!this.isFreshlyProven) this.#failed++
  }

  /** However many of those that went side by side failed: the next one goes alone, and decides. */
  #doubt(): void {
    this.#doubted = true
    this.#failed = Math.max(this.#failed, 1)
  }

  #reject(path: string, error: NtlmError): void {
    const since = this.#now()
    const renewed = this.rejection === undefined
    const length = COOL_DOWNS[Math.min(this.#coolDowns, COOL_DOWNS.length - 1)]
    const until = renewed ? since + length : this.#rejection!.until
    if (renewed) this.#coolDowns++
    this.#provenAt = undefined
    this.#provenPath = undefined
    this.#doubted = false
    this.#rejection = { error, path, since, until, order: nextInOrder() }
  }
}
