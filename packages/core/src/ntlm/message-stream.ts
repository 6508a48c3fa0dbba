import { createHash } from 'node:crypto'
import { Rc4 } from '../crypto/rc4.js'

/** A key stream and the number of the message it is at. */
export interface StreamPosition {
  rc4: Rc4
  sequence: number
}

/**
 * The messages of one direction: their RC4 key stream and their numbers. Connection-oriented, both run on;
 * connectionless, each message has a number that the application gives and a key stream of its own ([MS-NLMP]
 * 3.4.4). A message is worked on at a position that only `commit` makes the stream's own.
 */
export class MessageStream {
  readonly #sealingKey: Buffer
  readonly #connectionless: boolean
  #current: StreamPosition
  #spare: Rc4

  constructor(sealingKey: Buffer, connectionless: boolean) {
    this.#sealingKey = sealingKey
    this.#connectionless = connectionless
    this.#current = { rc4: new Rc4(sealingKey), sequence: 0 }
    this.#spare = this.#current.rc4.clone()
  }

  /** Where the next message begins; what is done there changes nothing yet. */
  position(sequence: number): StreamPosition {
    if (this.#connectionless) return { rc4: new Rc4(this.#messageKey(sequence)), sequence }
    this.#spare.restore(this.#current.rc4)
    return { rc4: this.#spare, sequence: this.#current.sequence }
  }

  /** The message was good: the next one begins where it ended. */
  commit({ rc4, sequence }: StreamPosition): void {
    if (this.#connectionless) return
    this.#spare = this.#current.rc4
    this.#current = { rc4, sequence: following(sequence) }
  }

  /** Counts a message and leaves the key stream where it was: the mechListMIC, [MS-SPNG] 3.3.5.1. */
  commitNumber({ sequence }: StreamPosition): void {
    if (!this.#connectionless) this.#current.sequence = following(sequence)
  }

  #messageKey(sequence: number): Buffer {
    const number = Buffer.alloc(4)
    number.writeUInt32LE(sequence)
    return createHash('md5').update(this.#sealingKey).update(number).digest()
  }
}

/** The field has 32 bits and starts over. */
function following(sequence: number): number {
  return (sequence + 1) >>> 0
}
