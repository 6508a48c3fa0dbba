import type { Fault, Leg } from '#fault-server'

/**
 * Answers that went out, and of which a client may still not have seen a byte: what it has received and not read is lost
 * with a reset, and may be with an alert; and undici takes a 100 that it did not ask for as the end of the connection.
 */
export class HiddenAnswers {
  /** By request. */
  readonly counts: Uint8Array
  readonly #breaking = new Set<string>()
  readonly #faulty = new Set<string>()

  constructor(requests: number) {
    this.counts = new Uint8Array(requests)
  }

  add(request: number): void {
    this.counts[request]++
  }

  /** A fault meets this connection, of whatever kind: what follows on another may be what it kept from this one. */
  becomesFaulty(server: number, connection: number): void {
    this.#faulty.add(keyOf(server, connection))
  }

  isFaulty(server: number, connection: number): boolean {
    return this.#faulty.has(keyOf(server, connection))
  }

  /** What is answered on this connection from now on may be hidden, until it has broken. */
  breaksSoon(server: number, connection: number): void {
    this.#breaking.add(keyOf(server, connection))
  }

  hasBroken(server: number, connection: number): void {
    this.#breaking.delete(keyOf(server, connection))
  }

  /** An answer went out on this connection. */
  enter(request: number, server: number, connection: number): void {
    if (this.#breaking.size > 0 && this.#breaking.has(keyOf(server, connection))) this.add(request)
  }
}

function keyOf(server: number, connection: number): string {
  return `${server}:${connection}`
}

/** Whether a fault may hide an answer that has begun; where none has, the record of the request says so. */
export function hidesAnswer(fault: Fault, leg: Leg): boolean {
  switch (fault.kind) {
    case 'rst':
    case 'tls-alert':
      return leg === 'response' || leg === 'idle'
    case 'half-body':
      return fault.ending === 'rst'
    case 'informational':
      return fault.status === 100
    default:
      return false
  }
}
