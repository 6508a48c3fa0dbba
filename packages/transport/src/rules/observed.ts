import type { SeenExchange } from '@ntlmkit/inspect'
import { closes, type ResponseHead } from './answer.js'

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
  readonly #seen: Seen[] = []

  sent(sent: Sent): void {
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

  /** When what was sent last was. */
  get sentAt(): number | undefined {
    return this.#seen.at(-1)?.sent.sentAt
  }

  /** The head of the last answer. */
  get head(): ResponseHead | undefined {
    return this.#seen.findLast(({ head }) => head !== undefined)?.head
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
