import { createHash, type Hash } from 'node:crypto'
import type { HandshakeLeg } from '#leg-of'
import type { RequestHead } from './moments.js'

/** What was seen of one request, written as it comes in. */
export interface RequestRecord {
  readonly connection: number
  readonly caseId: string | undefined
  /** Of a handshake, in its Authorization field. */
  readonly carried: HandshakeLeg
  readonly method: string
  readonly target: string
  /** Who the connection is authenticated as, once that is known. */
  user: string | undefined
  bodyBytes: number
  /** Of what has come of the body; in hex, once it is complete. */
  bodySha256: string | undefined
  /** Whether the request came to its end. */
  complete: boolean
  /** Whether the application got it: authenticated, and whole. */
  delivered: boolean
  /** Of the answer that was begun, if one was. */
  status: number | undefined
  /** What no client may ever do. */
  violation: Violation | undefined
}

export type Violation =
  /** An AUTHENTICATE came on a connection that never sent its CHALLENGE. */
  | 'authenticate-without-challenge'
  /** The credentials were not accepted: nobody uses wrong ones here, so a token went to the wrong place. */
  | 'credentials-refused'
  /** Bytes of a request came before the answer to the one before it. */
  | 'request-before-answer'
  /** What came is no request. */
  | 'malformed-request'

/** A record and the hash of the body so far. */
export class RecordedRequest {
  readonly record: RequestRecord
  readonly head: RequestHead
  readonly #hash: Hash = createHash('sha256')

  constructor(head: RequestHead, rest: Pick<RequestRecord, 'connection' | 'caseId' | 'carried' | 'user'>) {
    this.head = head
    this.record = {
      ...rest,
      method: head.method,
      target: head.target,
      bodyBytes: 0,
      bodySha256: undefined,
      complete: false,
      delivered: false,
      status: undefined,
      violation: undefined,
    }
  }

  take(bytes: Buffer): void {
    this.record.bodyBytes += bytes.length
    this.#hash.update(bytes)
  }

  end(): void {
    this.record.complete = true
    this.record.bodySha256 = this.#hash.digest('hex')
  }
}
