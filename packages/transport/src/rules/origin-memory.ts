import type { Scheme } from '@ntlmkit/core'
import { ExpiringMap } from './expiring-map.js'
import { withoutQuery } from './outgoing-request.js'

/** Milliseconds that most of what was learned holds: longer than a burst, shorter than a working day's change. */
const LIFETIME = 10 * 60_000
/** Methods and paths of one origin that are remembered, the least recently used forgotten first. */
const MAX_PLACES = 1000
/** Fresh authentications in a row that were forgotten at once before an origin is taken to authenticate each request. */
const MAX_FORGOTTEN = 2
/** Requests after which an origin that authenticates each one is tried without a token again. */
const RETRY_AFTER = 50

type Clock = () => number

/** The memory of an origin: all that the requests of one identity have learned (docs/rules.md, What is learned). */
export class OriginMemory {
  readonly origin: string
  readonly #now: Clock
  #scheme: Scheme | undefined
  /** By method and path: whether it asks for authentication, or lets pass. */
  readonly #places: ExpiringMap<string, 'asks' | 'passes'>
  /** Requests that were refused for want of authentication, as `RequestTraits` tells them apart. */
  readonly #refused: ExpiringMap<string, true>
  #askingPath: string | undefined
  #headNoUseUntil = 0
  #headIsOfUse = false
  #noTokenUpFrontUntil = 0
  #forgotten = 0
  #sinceForgotten = 0

  /** @param now milliseconds. Default: the clock. */
  constructor(origin: string, now: Clock = Date.now) {
    this.origin = origin
    this.#now = now
    this.#places = new ExpiringMap(MAX_PLACES, LIFETIME, now)
    this.#refused = new ExpiringMap(MAX_PLACES, LIFETIME, now)
  }

  /** The scheme the origin was last seen to take; undefined while it has never been seen to ask. */
  get scheme(): Scheme | undefined {
    return this.#scheme
  }

  /** True if this method and path was refused for want of authentication within the last ten minutes. */
  asks(method: string, path: string): boolean {
    return this.#places.get(place(method, path)) === 'asks'
  }

  /** True if this method and path let pass without authentication within the last ten minutes. */
  passes(method: string, path: string): boolean {
    return this.#places.get(place(method, path)) === 'passes'
  }

  /** A path that asked when a safe method came to it: where a connection can be authenticated. */
  get askingPath(): string | undefined {
    return this.#askingPath
  }

  /** True if a HEAD tells nothing here, as was seen within the last ten minutes. */
  get headIsNoUse(): boolean {
    return this.#now() < this.#headNoUseUntil
  }

  /** True if a HEAD was answered with a token here, and has not been of no use since. */
  get headIsOfUse(): boolean {
    return this.#headIsOfUse
  }

  /** True if requests with a token are refused here that are answered without one. */
  get dislikesTokens(): boolean {
    return this.#scheme === undefined && this.#now() < this.#noTokenUpFrontUntil
  }

  /** True if the origin wants every request on a connection authenticated (IIS: authPersistSingleRequest). */
  get authenticatesEveryRequest(): boolean {
    return this.#forgotten >= MAX_FORGOTTEN
  }

  /** True if it may want that: it refused the first request that a fresh authentication carried plainly. */
  get maySoAuthenticate(): boolean {
    return this.#forgotten > 0
  }

  /** Counts a request at an origin that authenticates every one: true when it is time to try without. */
  isTimeToTryWithout(): boolean {
    this.#sinceForgotten++
    return this.#sinceForgotten % RETRY_AFTER === 0
  }

  /** The origin takes this scheme, as a challenge has shown. */
  learnScheme(scheme: Scheme): void {
    this.#scheme = scheme
  }

  /** The origin asks, and does not offer the scheme that was known. */
  forgetScheme(): void {
    this.#scheme = undefined
  }

  /** True if this very request was refused within the last ten minutes: its method may go there without its body. */
  hasRefused(request: string): boolean {
    return this.#refused.get(request) === true
  }

  learnRefused(request: string): void {
    this.#refused.set(request, true)
  }

  learnAsks(method: string, path: string, isSafe: boolean): void {
    this.#places.set(place(method, path), 'asks')
    if (isSafe) this.#askingPath = path
  }

  /** A success without authentication, on a connection that has none. */
  learnPasses(method: string, path: string): void {
    this.#places.set(place(method, path), 'passes')
    if (this.#askingPath === path) this.#askingPath = undefined
  }

  learnHeadIsNoUse(): void {
    this.#headNoUseUntil = this.#now() + LIFETIME
    this.#headIsOfUse = false
  }

  /** A HEAD was answered with a token. */
  learnHeadIsOfUse(): void {
    this.#headNoUseUntil = 0
    this.#headIsOfUse = true
  }

  learnDislikesTokens(): void {
    this.#noTokenUpFrontUntil = this.#now() + LIFETIME
  }

  /** The first request without a token on a fresh authentication was refused. */
  learnForgotten(): void {
    this.#forgotten = Math.min(this.#forgotten + 1, MAX_FORGOTTEN)
    this.#sinceForgotten = 0
  }

  /** The server says that it authenticates every request. */
  learnAuthenticatesEveryRequest(): void {
    if (this.authenticatesEveryRequest) return
    this.#forgotten = MAX_FORGOTTEN
    this.#sinceForgotten = 0
  }

  /** An authenticated connection served a request without a token. */
  learnPersists(): void {
    this.#forgotten = 0
  }
}

function place(method: string, path: string): string {
  return `${method} ${withoutQuery(path)}`
}
