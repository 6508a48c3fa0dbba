import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { type Message, messageOf } from '../wire/leg-of.js'

/** Of each piece that a server sends: the rest of a megabyte of body tells nothing. */
const MAX_KEPT = 8192

export interface RecorderOptions {
  /** TLS ends here, so that what is recorded is what was said. */
  tls?: { key: string; cert: string }
  /**
   * Called before a message goes on to the server; `'reset'` ends the connection instead, once its request is whole (a
   * client that still writes may see the end of its write, and not that of its connection); `'hold'` keeps it.
   */
  onMessage?: (message: Message) => 'reset' | 'hold' | undefined
  /** Changes what comes from the server. */
  tamper?: (text: string) => string
}

/** Stands between a client and a server and writes down every byte, as Latin-1. */
export class Recorder {
  /** A text for each connection: both directions, in the order of their arrival. */
  readonly conversations: string[] = []
  readonly #options: RecorderOptions
  readonly #target: number
  readonly #server
  readonly #sockets = new Set<Socket>()
  #port = 0

  constructor(target: number, options: RecorderOptions = {}) {
    this.#target = target
    this.#options = options
    const { tls } = options
    this.#server = tls
      ? createTlsServer(tls, (socket) => this.#serve(socket))
      : createServer((socket) => this.#serve(socket))
  }

  /** Known once it listens, and still when it has closed. */
  get origin(): string {
    return `http${this.#options.tls ? 's' : ''}://127.0.0.1:${this.#port}`
  }

  async listen(): Promise<this> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
    return this
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #serve(client: Socket): void {
    const index = this.conversations.push('') - 1
    const server = connect(this.#target, '127.0.0.1')
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('end', () => other.end())
      socket.on('close', () => this.#sockets.delete(socket))
    }
    let lost: string | undefined
    client.on('data', (chunk) => {
      const text = chunk.toString('latin1')
      this.conversations[index] += text
      const message = tokensIn(text).map(messageOf).at(-1)
      const verdict = message && this.#options.onMessage?.(message)
      if (verdict === 'reset') lost = ''
      if (lost !== undefined) {
        lost += text
        if (isWhole(lost)) (client as Partial<Socket>).resetAndDestroy?.call(client)
      } else if (verdict === undefined) server.write(chunk)
    })
    server.on('data', (chunk) => {
      const { tamper = (text: string) => text } = this.#options
      const text = tamper(chunk.toString('latin1'))
      this.conversations[index] += text.slice(0, MAX_KEPT)
      client.write(text, 'latin1')
    })
  }
}

/** Whether a request has come to its end. */
function isWhole(request: string): boolean {
  const [head] = request.split('\r\n\r\n', 1)
  const body = request.slice(head.length + 4)
  if (/^transfer-encoding: chunked/im.test(head)) return body.endsWith('0\r\n\r\n')
  return body.length >= Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)
}

/** Every token of a conversation, in its order. */
export function tokensIn(conversation: string): Buffer[] {
  const found = conversation.matchAll(/\b(?:NTLM|Negotiate) ([A-Za-z0-9+/]+=*)/g)
  return [...found].map(([, token]) => Buffer.from(token, 'base64'))
}
