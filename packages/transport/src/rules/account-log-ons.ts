import type { Credential } from '@ntlmkit/core'
import { ExpiringMap } from './expiring-map.js'
import { keyedHash } from './keyed-hash.js'
import type { Anywhere } from './log-ons.js'

/** Secrets of one account that are told apart: an account with more wrong ones is locked. */
const MAX_SECRETS = 100
/** Milliseconds that a standing is kept: longer than any cool-down. */
export const STANDING_LASTS = 60 * 60_000

/**
 * What the log-ons of one account came to, by its secrets, of which a keyed hash is kept and nothing else. One session
 * has one for itself; those that `Identities` opens for one account share one, however often they are opened, and
 * whatever gave them the secret (docs/rules.md, Log-ons).
 */
export class AccountLogOns {
  /** When the last rejection ends, in milliseconds of the clock: until then there is something to look up. */
  rejectsUntil = 0
  readonly #hashes = new WeakMap<Credential, string>()
  readonly #bySecret: ExpiringMap<string, Anywhere>

  /** @param now milliseconds. Default: the clock. */
  constructor(now: () => number = Date.now) {
    this.#bySecret = new ExpiringMap(MAX_SECRETS, STANDING_LASTS, now)
  }

  get(credential: Credential): Anywhere | undefined {
    return this.#bySecret.get(this.#hashOf(credential))
  }

  set(credential: Credential, anywhere: Anywhere): void {
    this.#bySecret.set(this.#hashOf(credential), anywhere)
  }

  #hashOf(credential: Credential): string {
    const known = this.#hashes.get(credential)
    if (known !== undefined) return known
    const hash = keyedHash('ntHash', credential.ntowfV1())
    this.#hashes.set(credential, hash)
    return hash
  }
}
