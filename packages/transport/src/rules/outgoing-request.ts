import type { NtlmError, RequestOfEvent } from '@ntlmkit/core'
import { Observed } from './observed.js'

/** The traits of a client's request that the rules have to know. */
export interface RequestTraits {
  method: string
  /** As it is requested, the query with it. */
  path: string
  /** Asked for anew each time: a client may only say on the way what its request will be. */
  readonly hasBody: boolean
  /** True if it can be sent, body and all, a second time; asked for anew each time. */
  readonly replayable: boolean
  /** True if the transport can put a token on it and take back the answer: then it needs no leg before it. */
  canCarry?: boolean
  /** Cookies that go with it: who asks for authentication may look at them. */
  cookie?: string
  /** It asks for another protocol on the connection. */
  upgrade?: boolean
  /** The client's own, for who watches its legs. */
  readonly client?: object
  /** Default: whether HTTP calls the method idempotent (RFC 9110 9.2.2). */
  idempotent?: boolean
}

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])
const IDEMPOTENT: ReadonlySet<string> = new Set([...SAFE, 'PUT', 'DELETE'])

/** Tells whether HTTP calls a method safe (RFC 9110 9.2.1): it asks for nothing to be done. */
export function isSafe(method: string): boolean {
  return SAFE.has(method)
}

/** Tells whether HTTP calls a method idempotent (RFC 9110 9.2.2): it may go again though it may have been acted on. */
export function isIdempotent(method: string): boolean {
  return IDEMPOTENT.has(method)
}

/** A query chooses among what a path has; who asks for authentication looks at the path. */
export function withoutQuery(path: string): string {
  const query = path.indexOf('?')
  return query < 0 ? path : path.slice(0, query)
}

let order = 0

/** The next number of the one order in which requests begin and credentials are rejected. */
export function nextInOrder(): number {
  return ++order
}

/** Requests with a token before a handshake is given up: what bounds a server that contradicts itself. */
const MAX_TOKENS = 3
/** A connection that is lost during the handshake is replaced at most twice. */
const MAX_LOST = 2

/** Findings on a request's first leg, over all its connections. */
export interface Findings {
  /** A HEAD said nothing. */
  head: boolean
  /** A leg of its own method said nothing. */
  ownLeg: boolean
  /** Nothing asked at the other path where the connection was to be authenticated. */
  elsewhere: boolean
}

/** One request of a client, over all the legs and connections it takes: what it is, and what it may still do. */
export class OutgoingRequest {
  readonly method: string
  readonly path: string
  readonly canCarry: boolean
  readonly upgrade: boolean
  readonly safe: boolean
  readonly idempotent: boolean

  readonly saidNothing: Findings = { head: false, ownLeg: false, elsewhere: false }
  /** It goes without a token: it was let pass, or nothing could be found out beforehand. */
  goesPlainly = false
  /** It went plainly, and was answered that authentication is needed. */
  wasRefusedPlainly = false
  /** An authenticated connection asked again for the first request that it carried plainly. */
  wasForgottenAtOnce = false
  /** An AUTHENTICATE went on a leg, to show that its credential is still good. */
  hasSentProof = false
  /** A connection closed on a HEAD; what is answered next shows whether that was the server, or the HEAD. */
  headWasLost = false
  /** The status with which its token may have been disliked; it goes once more plainly. */
  dislikedWith: number | undefined
  /** Why it goes without credentials although it needs them: reported with its 401. */
  gaveUp: NtlmError | undefined
  /** For who explains why it failed, if it does. */
  readonly observed = new Observed()

  /** Its place in the order of all requests and rejections: what came before a rejection must not cause another. */
  readonly order = nextInOrder()

  #traits: RequestTraits
  #tokens = 0
  #lost = 0
  #askedAgain = false
  #repeated = false

  constructor(traits: RequestTraits) {
    this.#traits = traits
    this.method = traits.method
    this.path = traits.path
    this.canCarry = traits.canCarry ?? false
    this.upgrade = traits.upgrade ?? false
    this.safe = isSafe(traits.method)
    this.idempotent = traits.idempotent ?? isIdempotent(traits.method)
  }

  /** The path without its query: rights belong to that. */
  get pathname(): string {
    return withoutQuery(this.path)
  }

  /** The request as far as servers look at it before they ask: what is like it was like it in all of that. */
  get likeness(): string {
    return `${this.method} ${this.path} ${this.#traits.cookie ?? ''}`
  }

  /** By what the events of its legs name it. */
  get named(): RequestOfEvent {
    return { requestId: this.order, request: this.#traits.client }
  }

  get hasBody(): boolean {
    return this.#traits.hasBody
  }

  get replayable(): boolean {
    return this.#traits.replayable
  }

  /** The client makes the same request once more: what has become clear of it holds. */
  comesAgain(traits: RequestTraits): void {
    this.#traits = traits
  }

  /** Counts a request with a token. */
  spendToken(): void {
    this.#tokens++
  }

  /** A token that was counted was never sent. */
  returnToken(): void {
    this.#tokens--
  }

  /** The server has accepted a token, or this leg was no use: the count begins anew. */
  renewTokens(): void {
    this.#tokens = 0
  }

  /** True if one more NEGOTIATE leaves room for the AUTHENTICATE behind it. */
  get mayNegotiateAgain(): boolean {
    return this.#tokens + 2 <= MAX_TOKENS
  }

  /** True if the server may go on with a negotiation in the answer to the AUTHENTICATE. */
  get mayGoOnNegotiating(): boolean {
    return this.replayable && this.#tokens < MAX_TOKENS
  }

  /** Says yes once between two CHALLENGEs: a NEGOTIATE that was answered without one is sent again. */
  mayAskAgain(): boolean {
    if (this.#askedAgain || !this.mayNegotiateAgain) return false
    this.#askedAgain = true
    return true
  }

  challenged(): void {
    this.#askedAgain = false
  }

  /** Says yes twice: a connection that was lost during a handshake is replaced. */
  mayReconnect(): boolean {
    this.#tokens = 0
    return ++this.#lost <= MAX_LOST
  }

  /**
   * Tells whether the request itself may go again when its connection was lost, and nobody knows what the server did.
   *
   * @param sent whether any of it may have left.
   * @param reused whether the connection had served before: then the server may have closed it before it read anything.
   */
  mayRepeat(sent: boolean, reused: boolean): boolean {
    // Nothing has left: nobody can have acted on it.
    if (!sent) return true
    // There is nothing to send again.
    if (!this.replayable) return false
    // To act twice would be something else than to act once.
    if (!this.idempotent) return false
    // A fresh connection that breaks is the server's answer, or the network's: it is the client's to judge.
    if (!reused) return false
    // Once: a server that closes on this very request would do so again.
    if (this.#repeated) return false
    this.#repeated = true
    return true
  }
}
