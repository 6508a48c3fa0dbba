import type { Socket } from 'node:net'
import { type SecureContext, TLSSocket } from 'node:tls'
import type { Ending } from './faults.js'

/** TLS record header, level fatal, description (RFC 8446 5.1 and 6). */
const ALERTS = {
  handshake_failure: Buffer.from([21, 3, 3, 0, 2, 2, 40]),
  internal_error: Buffer.from([21, 3, 3, 0, 2, 2, 80]),
} as const

/** Milliseconds for a client to read its alert. */
const LINGER = 1000

export type AlertName = keyof typeof ALERTS

/** One connection and, where it is TLS, the socket under it. */
export class Channel {
  /** What is read from and written to. */
  readonly socket: Socket
  readonly #raw: Socket

  /** @param raw the TCP socket: the same one without TLS. */
  constructor(socket: Socket, raw: Socket) {
    this.socket = socket
    this.#raw = raw
    raw.setNoDelay(true)
  }

  /** @param written called when the bytes are the system's; never on a connection that is lost before. */
  write(bytes: Buffer, written: () => void): void {
    if (bytes.length === 0) {
      written()
      return
    }
    this.socket.write(bytes, (error) => {
      if (!error) written()
    })
  }

  /** The bytes and the ending, as close behind each other as they can leave. */
  end(bytes: Buffer, ending: Ending): void {
    if (ending === 'fin') {
      this.socket.end(bytes)
      return
    }
    this.write(bytes, () => {
      if (ending === 'rst') this.reset()
    })
  }

  /** In a turn of its own: under a callback of TLS it would free what Node is still working on, and end the process. */
  reset(): void {
    setImmediate(() => {
      if (!this.#raw.destroyed) this.#raw.resetAndDestroy()
      this.socket.destroy()
    })
  }

  destroy(): void {
    this.socket.destroy()
    this.#raw.destroy()
  }

  /** The bytes, and under TLS the alert as a server that has lost its state would send it. */
  alert(bytes: Buffer, name: AlertName): void {
    this.write(bytes, () => {
      this.#raw.end(ALERTS[name])
      // Where a renegotiation was under way nothing is read any more, and nobody sees that the client has gone.
      setTimeout(() => this.destroy(), LINGER).unref()
    })
  }

  /** Negotiates TLS 1.2 anew, with the certificate of this context. */
  renegotiate(context: SecureContext, done: () => void): void {
    const { socket } = this
    if (!(socket instanceof TLSSocket)) throw new Error('There is no TLS to renegotiate.')
    socket.setKeyCert(context)
    socket.renegotiate({}, (error) => {
      if (!error) done()
    })
  }
}

/** Ends a TLS handshake before it begins. */
export function refuseHandshake(raw: Socket, name: AlertName): void {
  raw.end(ALERTS[name])
}
