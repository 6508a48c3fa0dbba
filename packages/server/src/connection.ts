import type { IncomingMessage } from 'node:http'
import type { Http2ServerRequest } from 'node:http2'
import type { Acceptor, Scheme } from '@ntlmkit/core'
import type { NtlmIdentity } from './identity.js'

/** A handshake that waits for the client's next token. */
export interface Handshake {
  readonly scheme: Scheme
  readonly acceptor: Acceptor
}

/** The state of one connection; goes with its socket. */
export class Connection {
  readonly number: number
  /** Requests that have come. */
  requests = 0
  /** Present between the challenge and the client's answer to it. */
  handshake: Handshake | undefined
  identity: NtlmIdentity | undefined
  /** Requests served under `identity`. */
  served = 0
  #turn: Promise<unknown> = Promise.resolve()

  constructor(number: number) {
    this.number = number
  }

  /** Runs one task after the other: a client that pipelines gets its requests looked at in their order. */
  inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(task)
    this.#turn = result.catch(() => {})
    return result
  }

  forget(): void {
    this.identity = undefined
    this.served = 0
  }
}

/** The connections of one server, numbered from 1 as they come. */
export class Connections {
  readonly #known = new WeakMap<object, Connection>()
  #count = 0

  /** @param key the connection's own object: its socket, or its HTTP/2 session. */
  of(key: object): Connection {
    const known = this.#known.get(key)
    if (known) return known
    const connection = new Connection(++this.#count)
    this.#known.set(key, connection)
    return connection
  }

  /** Where a request belongs. NTLM cannot tell the streams of an HTTP/2 connection apart: each stands alone. */
  ofRequest(request: IncomingMessage): Connection {
    if (request.httpVersionMajor < 2) return this.of(request.socket)
    const { session } = (request as unknown as Http2ServerRequest).stream
    return new Connection(session ? this.of(session).number : 0)
  }
}
