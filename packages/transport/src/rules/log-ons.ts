import type { Credential, NtlmError } from '@ntlmkit/core'
import { AccountLogOns, STANDING_LASTS } from './account-log-ons.js'
import { CredentialStanding, type Rejection } from './credential-standing.js'
import { ExpiringMap } from './expiring-map.js'
import { coolingDown } from './failures.js'
import { nextInOrder } from './outgoing-request.js'

/** Failed log-ons over all origins of one identity, where none has accepted the credential. */
const MAX_FAILED_ANYWHERE = 3
/** Origins whose standing is kept. */
const MAX_ORIGINS = 1000
/** Milliseconds that a log-on waits for the verdict on another one: nobody is held up by a slow request for longer. */
const PATIENCE = 2000
/** Milliseconds for which a failed log-on counts that rejected nothing: a cool-down's. */
const FAILURE_COUNTS = 60_000

/** Where and as whom somebody logs on. */
export interface LogOnPlace {
  readonly origin: string
  readonly path: string
  readonly credential: Credential
  /** When the request began, in the order of requests and rejections. */
  readonly order: number
}

/** Somebody who wants to send an AUTHENTICATE. One of the two is called, once, unless it leaves before. */
export interface LogOnWaiter {
  /** It is its turn. */
  admit(): void
  /** The credential was rejected: it must not be tried again, and the request fails unsent. */
  refuse(error: NtlmError): void
}

/** A credential at one origin, and who waits there for the verdict on it. */
interface Entry {
  readonly standing: CredentialStanding
  readonly anywhere: Anywhere
  readonly waiting: Set<LogOn>
  readonly underWay: Set<LogOn>
  timer: NodeJS.Timeout | undefined
}

/** The standing of a credential over all origins. */
export interface Anywhere {
  /** What it came to at each. */
  readonly entries: ExpiringMap<string, Entry>
  /** Those of them where somebody waits. */
  readonly waitedFor: Set<Entry>
  accepted: boolean
  /** When each failed log-on of late is forgotten, in milliseconds of the clock. */
  failures: number[]
  lastRejection: Rejection | undefined
  readonly underWay: Set<LogOn>
}

/**
 * One log-on: the turn of one AUTHENTICATE, from when it is wanted to its verdict. Whoever has one says how it ended, or
 * leaves; later than that only a proof is heard.
 */
export class LogOn {
  readonly place: LogOnPlace
  readonly waiter: LogOnWaiter
  readonly #logOns: LogOns
  readonly #entry: Entry
  #over = false
  #proven = false
  #besideProof = false

  constructor(logOns: LogOns, entry: Entry, place: LogOnPlace, waiter: LogOnWaiter) {
    this.#logOns = logOns
    this.#entry = entry
    this.place = place
    this.waiter = waiter
  }

  get standing(): CredentialStanding {
    return this.#entry.standing
  }

  /** Its turn: alone, or side by side with others where a proof is fresh. */
  admit(): void {
    this.#besideProof = this.standing.isFreshlyProven
    this.waiter.admit()
  }

  /** @param path what the account has a right to by that, if it is known. */
  proven(path: string | undefined): void {
    if (this.#proven) return
    this.#proven = true
    this.#over = true
    this.#logOns.proven(this, this.#entry, path)
  }

  /** @returns whether the credential is rejected by that, and not only doubted. */
  refused(error: NtlmError): boolean {
    if (!this.#end()) return true
    const rejected = this.standing.refused(this.place.path, error, this.#besideProof)
    this.#logOns.failed(this, this.#entry, error)
    return rejected
  }

  /** @returns whether the credential is rejected by that: connections closed on it too often. */
  lost(error: NtlmError): boolean {
    if (!this.#end()) return false
    const rejected = this.standing.lost(this.place.path, error, this.#besideProof)
    this.#logOns.failed(this, this.#entry, error)
    return rejected
  }

  /** The answer shows neither, or nobody waits for it any more. */
  unclear(): void {
    if (!this.#end()) return
    this.standing.unclear()
    this.#logOns.ended(this, this.#entry)
  }

  /** The AUTHENTICATE is not sent. */
  leave(): void {
    if (this.#end()) this.#logOns.ended(this, this.#entry)
  }

  #end(): boolean {
    const isFirst = !this.#over
    this.#over = true
    return isFirst
  }
}

/**
 * The log-ons of one identity at all its origins. While a credential has not been proven at an origin within the last
 * seconds one goes at a time, so that a wrong password costs no more than the account can bear (docs/rules.md, Log-ons).
 */
export class LogOns {
  readonly #now: () => number
  /** By credential: a function may give several, in turns. */
  readonly #account: AccountLogOns

  /**
   * @param now milliseconds. Default: the clock.
   * @param account what it shares with other sessions of the account. Default: nothing.
   */
  constructor(now: () => number = Date.now, account: AccountLogOns = new AccountLogOns(now)) {
    this.#now = now
    this.#account = account
  }

  standing(origin: string, credential: Credential): CredentialStanding {
    return this.#entry(origin, credential).standing
  }

  /** True if a credential was rejected lately: only then is there something to look up before a connection. */
  get hasRejections(): boolean {
    return this.#now() < this.#account.rejectsUntil
  }

  /** Why a log-on is not tried. */
  refusal(place: LogOnPlace): NtlmError | undefined {
    const { origin, path, order, credential } = place
    const rejection =
      this.standing(origin, credential).rejectionFor(path, order) ?? this.#rejectionElsewhere(place)
    return rejection && coolingDown(origin, credential.toString(), rejection)
  }

  /**
   * Asks for a turn: the waiter is told at once, or when it comes.
   *
   * @param entered gets the log-on first.
   */
  enter(place: LogOnPlace, waiter: LogOnWaiter, entered: (logOn: LogOn) => void): void {
    const entry = this.#entry(place.origin, place.credential)
    const logOn = new LogOn(this, entry, place, waiter)
    entered(logOn)
    entry.waiting.add(logOn)
    this.#admitWhoMay(entry)
  }

  proven(logOn: LogOn, entry: Entry, path: string | undefined): void {
    const { standing, anywhere } = entry
    standing.proven(path)
    anywhere.accepted = true
    anywhere.failures = []
    anywhere.lastRejection = undefined
    this.ended(logOn, entry)
  }

  failed(logOn: LogOn, entry: Entry, error: NtlmError): void {
    const { standing, anywhere } = entry
    const since = this.#now()
    const { path } = logOn.place
    // What rejected nothing at its origin counts among those of all origins.
    const lost = { error, path, order: nextInOrder(), since, until: since + FAILURE_COUNTS }
    const rejection = standing.rejection ?? lost
    anywhere.failures.push(rejection.until)
    anywhere.lastRejection = rejection
    this.#account.rejectsUntil = Math.max(this.#account.rejectsUntil, rejection.until)
    this.ended(logOn, entry)
  }

  ended(logOn: LogOn, entry: Entry): void {
    entry.underWay.delete(logOn)
    entry.anywhere.underWay.delete(logOn)
    entry.waiting.delete(logOn)
    this.#admitWhoMay(entry)
    // A verdict at one origin may concern who waits at another.
    for (const waitedFor of [...entry.anywhere.waitedFor]) this.#admitWhoMay(waitedFor)
  }

  #admitWhoMay(entry: Entry): void {
    for (const logOn of [...entry.waiting]) {
      if (!entry.waiting.has(logOn)) continue
      const refusal = this.refusal(logOn.place)
      if (refusal !== undefined) {
        entry.waiting.delete(logOn)
        logOn.waiter.refuse(refusal)
      } else if (this.#mayGo(entry)) {
        this.#admit(entry, logOn)
      }
    }
    this.#watchPatience(entry)
  }

  #mayGo({ standing, anywhere, underWay }: Entry): boolean {
    if (standing.isFreshlyProven) return true
    if (underWay.size > 0) return false
    return anywhere.accepted || anywhere.underWay.size + this.#failedAnywhere(anywhere) < MAX_FAILED_ANYWHERE
  }

  #admit(entry: Entry, logOn: LogOn): void {
    entry.waiting.delete(logOn)
    entry.underWay.add(logOn)
    entry.anywhere.underWay.add(logOn)
    logOn.admit()
  }

  /**
   * Whoever is first in line goes when the verdict it waits for takes too long. Where the credential was accepted before,
   * all of them: slow answers hold nobody up. Where it was not, one at a time, and the later the more have gone so.
   */
  #watchPatience(entry: Entry): void {
    if (entry.waiting.size === 0) {
      entry.anywhere.waitedFor.delete(entry)
      clearTimeout(entry.timer)
      entry.timer = undefined
      return
    }
    entry.anywhere.waitedFor.add(entry)
    const { standing, underWay } = entry
    const patience = standing.isProven || underWay.size < 2 ? PATIENCE : 2 * PATIENCE
    entry.timer ??= setTimeout(() => {
      entry.timer = undefined
      const admitted = [...entry.waiting].slice(0, standing.isProven && !standing.isDoubted ? undefined : 1)
      for (const logOn of admitted) this.#admit(entry, logOn)
      this.#watchPatience(entry)
    }, patience)
  }

  /** Where no origin has accepted the credential, a few rejections are enough for all of them. */
  #rejectionElsewhere({ credential }: LogOnPlace): Rejection | undefined {
    const anywhere = this.#of(credential)
    if (anywhere.accepted || this.#failedAnywhere(anywhere) < MAX_FAILED_ANYWHERE) return undefined
    return anywhere.lastRejection
  }

  #failedAnywhere(anywhere: Anywhere): number {
    const now = this.#now()
    anywhere.failures = anywhere.failures.filter((until) => until > now)
    return anywhere.failures.length
  }

  #of(credential: Credential): Anywhere {
    const known = this.#account.get(credential)
    if (known !== undefined) return known
    const anywhere: Anywhere = {
      entries: new ExpiringMap(MAX_ORIGINS, STANDING_LASTS, this.#now),
      waitedFor: new Set(),
      accepted: false,
      failures: [],
      lastRejection: undefined,
      underWay: new Set(),
    }
    this.#account.set(credential, anywhere)
    return anywhere
  }

  /** Another credential begins anew at an origin: it may well be the right one. */
  #entry(origin: string, credential: Credential): Entry {
    const anywhere = this.#of(credential)
    const known = anywhere.entries.get(origin)
    if (known !== undefined) return known
    const standing = new CredentialStanding(this.#now)
    const entry: Entry = { standing, anywhere, waiting: new Set(), underWay: new Set(), timer: undefined }
    anywhere.entries.set(origin, entry)
    return entry
  }
}
