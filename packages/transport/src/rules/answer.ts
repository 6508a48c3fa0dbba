import { type HttpChallenge, parseChallenges, type Scheme } from '@ntlmkit/core'

/** The head of an answer: its status and, in lower case, the fields that matter here. */
export interface ResponseHead {
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
}

/** The askers of credentials, and their fields: an origin, or a proxy (RFC 9110 11.6, 11.7). */
export const FIELDS = {
  origin: { status: 401, challenge: 'www-authenticate', credentials: 'authorization' },
  proxy: { status: 407, challenge: 'proxy-authenticate', credentials: 'proxy-authorization' },
} as const

export type Asker = keyof typeof FIELDS

/** Answers that show that the server accepted the credential with them, though not always that it liked the request. */
const PROOF: ReadonlySet<number> = new Set([304, 403, 404])

/** Answers of servers that refuse an Authorization they do not know, on a page that needs none. */
const DISLIKE: ReadonlySet<number> = new Set([400, 403, 405, 501])

/** One answer, and all that it says of authentication: rules act on this, and look at no field themselves. */
export class Answer {
  readonly status: number
  /** True if authentication is asked for: 401, or a proxy's 407. */
  readonly asks: boolean
  /** The server ends the connection behind this answer (RFC 9112 9.3). */
  readonly closes: boolean
  /** The field that has the offers. */
  readonly challengeField: string
  readonly #head: ResponseHead
  #offers: readonly HttpChallenge[] | undefined

  constructor(head: ResponseHead, asker: Asker) {
    const { status, challenge } = FIELDS[asker]
    this.#head = head
    this.challengeField = challenge
    this.status = head.status
    this.asks = head.status === status
    this.closes = closes(head)
  }

  /** A success or a redirect: nobody was asked for anything. */
  get passes(): boolean {
    return this.status >= 200 && this.status < 400
  }

  /** True if an answer to an AUTHENTICATE shows that the credential is good. */
  get proves(): boolean {
    const isSuccess = this.status >= 200 && this.status < 300
    return isSuccess || PROOF.has(this.status) || this.#head.headers['persistent-auth'] !== undefined
  }

  /** True if it may be the token up front that was refused, and not the request. */
  get mayDislikeToken(): boolean {
    return DISLIKE.has(this.status)
  }

  /** The server says that the next request must authenticate again (`Persistent-Auth: false`). */
  get authenticatesOnce(): boolean {
    const field = this.#head.headers['persistent-auth']
    return typeof field === 'string' && /^\s*false\s*$/i.test(field)
  }

  /** The schemes that are offered, with their tokens. */
  get offers(): readonly HttpChallenge[] {
    this.#offers ??= parseChallenges(this.#head.headers[this.challengeField])
    return this.#offers
  }

  offer(scheme: Scheme): HttpChallenge | undefined {
    return this.offers.find((offer) => offer.scheme === scheme)
  }

  /** The first of these schemes that is offered. */
  bestOf(schemes: readonly Scheme[]): Scheme | undefined {
    return schemes.find((scheme) => this.offer(scheme) !== undefined)
  }

  /** Cookies that are set with it, each as it was written. */
  get cookies(): readonly string[] {
    return [this.#head.headers['set-cookie'] ?? []].flat()
  }
}

/** Tells whether the server ends the connection after this answer (RFC 9112 9.3). */
export function closes({ headers }: Pick<ResponseHead, 'headers'>): boolean {
  const { connection } = headers
  const options = Array.isArray(connection) ? connection.join(',') : connection
  return options !== undefined && /(?:^|,)\s*close\s*(?:,|$)/i.test(options)
}
