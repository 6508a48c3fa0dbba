import type { RequestRecord } from '#fault-server'
import { Complaints } from '#load/complaints'
import { bodyOf, checksum } from './body.js'
import type { HiddenAnswers } from './hidden-answers.js'
import type { DrawnRequest } from './request-source.js'

/** What the application got of one request; `acts` is how often it got the whole of it. */
export interface Acts {
  /** Complete and admitted. */
  acts: Uint8Array
  /** Of these, those of which no byte of an answer went out. */
  unanswered: Uint8Array
  /** Answers that went out, and that the client may not have seen. */
  hidden: Uint8Array
}

/** What the application may never see; by name, with how often. */
export type Wrongs = Record<Wrong, number>

export const WRONGS = [
  'another identity',
  'another method',
  'a cut body',
  'another body',
  'a request nobody made',
  'a violation of the protocol',
] as const

export type Wrong = (typeof WRONGS)[number]

export interface AccountReport extends Acts {
  wrongs: Wrongs
  examples: readonly string[]
  handshakes: number
  authenticatedConnections: number
  /** Requests of the clients' own making: whether a connection is still authenticated, or to authenticate it. */
  probes: number
}

/** It says that nobody has acted on the request: fetch makes it again, whatever its method (RFC 9110 15.5.20). */
const MISDIRECTED = 421
const MOST_EXAMPLES = 10
/** rules.md, Then as ever: one that is re-used, and three for the handshake. */
const MOST_CONNECTIONS_A_REQUEST = 4

/** What the application of all servers got, request by request: of a size that does not grow. */
export class Account {
  readonly #requestOf: (index: number) => DrawnRequest
  readonly #hidden: HiddenAnswers
  readonly #acts: Acts
  readonly #wrongs = Object.fromEntries(WRONGS.map((wrong) => [wrong, 0])) as Wrongs
  readonly #complaints = new Complaints(MOST_EXAMPLES)
  /** Of each server, the connections that were authenticated, by their numbers. */
  readonly #authenticated: readonly Uint8Array[]
  /** By request, the connection on which a GET of it carried the AUTHENTICATE last. */
  readonly #authenticatedBy: Uint32Array
  #handshakes = 0
  #authenticatedConnections = 0
  #probes = 0

  constructor(servers: number, hidden: HiddenAnswers, requestOf: (index: number) => DrawnRequest) {
    this.#requestOf = requestOf
    this.#hidden = hidden
    const requests = hidden.counts.length
    this.#authenticatedBy = new Uint32Array(requests)
    const mostConnections = MOST_CONNECTIONS_A_REQUEST * requests
    this.#authenticated = Array.from({ length: servers }, () => new Uint8Array(mostConnections))
    this.#acts = {
      acts: new Uint8Array(requests),
      unanswered: new Uint8Array(requests),
      hidden: hidden.counts,
    }
  }

  get report(): AccountReport {
    return {
      ...this.#acts,
      wrongs: this.#wrongs,
      examples: this.#complaints.examples,
      handshakes: this.#handshakes,
      authenticatedConnections: this.#authenticatedConnections,
      probes: this.#probes,
    }
  }

  enter(server: number, record: RequestRecord): void {
    if (record.violation !== undefined) this.#wrong('a violation of the protocol', record, record.violation)
    if (!record.delivered) return
    if (record.carried === 'AUTHENTICATE')
      this.#countHandshake(this.#authenticated[server], record.connection)
    const index = Number(record.caseId)
    if (!(index >= 0 && index < this.#acts.acts.length)) {
      this.#wrong('a request nobody made', record)
      return
    }
    this.#act(this.#requestOf(index), server, record)
    this.#hidden.enter(index, server, record.connection)
  }

  #countHandshake(authenticated: Uint8Array, connection: number): void {
    this.#handshakes++
    if (authenticated[connection] === 0) this.#authenticatedConnections++
    authenticated[connection] = 1
  }

  #act(asked: DrawnRequest, server: number, record: RequestRecord): void {
    const { user, method } = record
    const elsewhere = isElsewhere(asked, record)
    const isAtRoot = elsewhere && record.target === '/'
    if (user !== asked.user || !(isAtRoot || decodeURIComponent(record.target.slice(1)) === user)) {
      this.#wrong('another identity', record, `asked as ${asked.user}`)
    }
    if (elsewhere || (method === 'HEAD' && asked.method !== 'HEAD' && record.bodyBytes === 0)) {
      this.#probes++
      return
    }
    if (method !== asked.method) this.#wrong('another method', record, `asked with ${asked.method}`)
    if (!this.#hasWholeBody(asked, record) || record.status === MISDIRECTED) return
    if (this.#isBehindItsLeg(asked, server, record)) {
      this.#probes++
      return
    }
    add(this.#acts.acts, asked.index)
    if (record.status === undefined) add(this.#acts.unanswered, asked.index)
  }

  /**
   * Whether a GET comes behind the leg which showed that a credential in doubt is still good (rules.md, Log-ons): without
   * a token on the connection that one like it has just authenticated, or, where a fault met that connection, with a
   * handshake on another.
   */
  #isBehindItsLeg(
    { index }: DrawnRequest,
    server: number,
    { method, carried, connection, status }: RequestRecord,
  ): boolean {
    if (method !== 'GET') return false
    const leg = this.#authenticatedBy[index]
    const isAnswered = carried === 'AUTHENTICATE' && status !== undefined
    this.#authenticatedBy[index] = isAnswered ? connection : 0
    if (leg === 0) return false
    return carried === 'none' ? leg === connection : this.#hidden.isFaulty(server, leg)
  }

  #hasWholeBody({ index, length }: DrawnRequest, record: RequestRecord): boolean {
    if (record.bodyBytes !== length) {
      this.#wrong(record.bodyBytes < length ? 'a cut body' : 'another body', record, `of ${length} bytes`)
      return false
    }
    if (length === 0 || record.bodySha256 === checksum(bodyOf(index, length))) return true
    this.#wrong('another body', record)
    return false
  }

  #wrong(wrong: Wrong, { caseId, method, user, carried, bodyBytes }: RequestRecord, more = ''): void {
    this.#wrongs[wrong]++
    this.#complaints.add(
      `${wrong}: request ${caseId}, ${method} with ${carried}, as ${user}, ${bodyBytes} bytes; ${more}`,
    )
  }
}

/**
 * Whether it authenticates the connection for a request that could not do so itself, with a safe method (rules.md, The
 * first leg, 4.).
 */
function isElsewhere(asked: DrawnRequest, { method, carried, bodyBytes }: RequestRecord): boolean {
  return method === 'GET' && asked.method !== 'GET' && carried === 'AUTHENTICATE' && bodyBytes === 0
}

/** Counts up to what a byte holds. */
function add(counts: Uint8Array, index: number): void {
  counts[index] = Math.min(counts[index] + 1, 255)
}
