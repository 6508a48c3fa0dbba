import { parseChallenges } from '@ntlmkit/core'
import type { SeenExchange } from '@ntlmkit/inspect'
import { closes, FIELDS, type ResponseHead } from './answer.js'

/** Exchanges of one request that are kept, the latest: more than a handshake has on all its connections. */
const MAX_EXCHANGES = 12

/** A request or leg as it goes. */
export interface Sent {
  /** The number of its connection. */
  readonly connection: number
  readonly method: string
  /** Without its query, which may have anything in it: findings are shown. */
  readonly path: string
  /** The name of the credentials field. */
  readonly field: string
  /** Its value; of an AUTHENTICATE the scheme alone, as the token is a secret. */
  readonly credentials: string | undefined
  /** Milliseconds since 1970. */
  readonly sentAt: number
}

interface Seen {
  readonly sent: Sent
  head?: ResponseHead
  answeredAt?: number
  lost?: boolean
}

/**
 * What was seen of one request of a client, over all its connections: references to what was there anyway. Facts are made
 * of them when it fails, and not before.
 */
export class Observed {
  /** The server took the credential earlier. */
  acceptedBefore = false
  /** Requests that went with a token. */
  legs = 0
  readonly #seen: Seen[] = []

  sent(sent: Sent): void {
    if (sent.credentials !== undefined) this.legs++
    this.#seen.push({ sent })
    if (this.#seen.length > MAX_EXCHANGES) this.#seen.shift()
  }

  /** The answer to what was sent last. */
  answered(head: ResponseHead, answeredAt: number): void {
    const last = this.#seen.at(-1)
    if (last !== undefined) Object.assign(last, { head, answeredAt })
  }

  /** The connection closed, behind the last answer or instead of it. What was never sent is not to be seen. */
  lost(sent: boolean): void {
    const last = this.#seen.at(-1)
    if (last === undefined) return
    if (last.head === undefined && !sent) this.#seen.pop()
    else last.lost = true
  }

  /** What was sent last. */
  get last(): Sent | undefined {
    return this.#seen.at(-1)?.sent
  }

  /** The schemes that the last answer offered. */
  get offers(): readonly string[] {
    const seen = this.#seen.findLast(({ head }) => head !== undefined)
    if (seen === undefined) return []
    const { challenge } = seen.sent.field === FIELDS.proxy.credentials ? FIELDS.proxy : FIELDS.origin
    return parseChallenges(seen.head!.headers[challenge]).map(({ scheme }) => scheme)
  }

  /** Anything at all was answered. */
  get isAnswered(): boolean {
    return this.#seen.some(({ head }) => head !== undefined)
  }

  exchanges(origin: string): SeenExchange[] {
    return this.#seen.map((seen) => exchangeOf(origin, seen))
  }
}

function exchangeOf(origin: string, { sent, head, answeredAt, lost }: Seen): SeenExchange {
  const { connection, method, path, field, credentials, sentAt } = sent
  return {
    connection,
    method,
    url: `${origin}${path}`,
    request: { [field]: credentials },
    status: head?.status,
    response: head?.headers,
    sentAt,
    answeredAt,
    closed: lost ?? (head !== undefined && closes(head) ? true : undefined),
  }
}
