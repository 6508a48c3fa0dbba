import type { Socket } from 'node:net'
import type { Exchange, Script } from './scripted-server.js'

type Answer = Script['answer']

/** Answers each request with these bytes and keeps the connection. */
export function says(bytes: (exchange: Exchange) => string): Answer {
  return (exchange) => void exchange.socket.write(bytes(exchange), 'latin1')
}

/** Answers each request with these bytes and closes. */
export function endsWith(bytes: (exchange: Exchange) => string): Answer {
  return (exchange) => void exchange.socket.end(bytes(exchange), 'latin1')
}

/** Answers the HEAD with one thing and whatever else there is with another. */
export function headThen(first: Answer, then: Answer): Answer {
  return (exchange) => (exchange.request.method === 'HEAD' ? first(exchange) : then(exchange))
}

/** Challenges whoever begins a handshake, and answers whatever else there is with another thing. */
export function challengesThen(challenge: () => string, then: Answer): Answer {
  return (exchange) => (exchange.request.leg === 'NEGOTIATE' ? says(challenge)(exchange) : then(exchange))
}

/** What an endless answer has sent when its server gives up: far beyond any bound, and less than a test can hold. */
const ENOUGH = 64 * 1024 * 1024

/** Writes a chunk again and again, as fast as it is taken, until the connection is closed. */
export function pour(socket: Socket, chunk: Uint8Array): void {
  const more = () => {
    while (socket.writable && socket.write(chunk)) {
      // Until the system takes no more.
    }
    if (socket.bytesWritten > ENOUGH) socket.destroy()
  }
  socket.on('drain', more)
  more()
}

/** Writes one piece after the other, every few milliseconds, over and over until the connection is closed. */
export function drip(socket: Socket, pieces: ArrayLike<string>): void {
  let position = 0
  const timer = setInterval(() => socket.write(pieces[position++ % pieces.length]), 5)
  socket.once('close', () => clearInterval(timer))
}

/** Answers with the beginning at once, and with the rest in pieces, without end: a string's are its bytes. */
export function trickles(beginning: string, pieces: ArrayLike<string>): Answer {
  return ({ socket }) => {
    socket.write(beginning)
    drip(socket, pieces)
  }
}
