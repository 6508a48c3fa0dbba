import {
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http'
import type { Socket } from 'node:net'
import { closes, FIELDS, type ResponseHead } from '../rules/answer.js'
import { Drain, MAX_DRAINED } from './drain.js'
import { afterPolling, hangUp, isGarbage, isLoss } from './lost-connection.js'
import { giveSocket, keepOpen } from './node-internals.js'

/** How the answers of a client's requests are parsed: a leg's are parsed in the same way. */
export type Parsing = Pick<RequestOptions, 'insecureHTTPParser' | 'maxHeaderSize' | 'joinDuplicateHeaders'>

/** One leg of a handshake as it is written: a request without a body. */
export interface WrittenLeg {
  origin: string
  method: string
  path: string
  headers: Record<string, string | string[]>
  /** Milliseconds after which no answer is an answer too. Default: never. */
  patience?: number
  parsing?: Parsing
}

/** The outcome of a leg. */
export type LegOutcome =
  /** The head of its answer, read to its end. */
  | { head: ResponseHead }
  /** The connection closed before the answer was whole. */
  | { lost: Error }
  /** The answer was no HTTP, or something came where nothing may come. */
  | { garbled: Error }
  /** No answer came in its time. */
  | { silent: true }
  /** It failed in a way that no other leg would mend. */
  | { failed: Error }

/**
 * Sends one leg on a socket that carries nothing else at the moment. The socket stays whose it is: its listeners and its
 * place in a pool are as they were.
 *
 * @param done called once, when the answer was read to its end and the socket is free for what follows, or has closed.
 * @returns gives the leg up: nothing is called any more.
 */
export function sendLeg(socket: Socket, leg: WrittenLeg, done: (outcome: LegOutcome) => void): () => void {
  const runner = new LegRunner(socket, leg, done)
  return () => runner.cancel()
}

class LegRunner {
  readonly #socket: Socket
  readonly #leg: WrittenLeg
  readonly #request: ClientRequest
  readonly #restoreFree: () => void
  readonly #timer: NodeJS.Timeout | undefined
  #done: ((outcome: LegOutcome) => void) | undefined
  #answer: IncomingMessage | undefined
  #failure: Error | undefined
  /** The outcome, where something ended the leg before its answer did. */
  #outcome: LegOutcome | undefined
  #closesBehind = false

  constructor(socket: Socket, leg: WrittenLeg, done: (outcome: LegOutcome) => void) {
    this.#socket = socket
    this.#leg = leg
    this.#done = done
    this.#restoreFree = holdFree(socket)
    this.#timer = leg.patience === undefined ? undefined : setTimeout(() => this.#giveUp(), leg.patience)
    const { method, path, headers, parsing } = leg
    this.#request = httpRequest({
      ...parsing,
      agent: onSocket(socket),
      method,
      path,
      headers,
      setHost: false,
    })
    this.#request.on('response', (answer) => this.#answered(answer))
    this.#request.on('upgrade', () => this.#end({ garbled: unasked() }))
    this.#request.on('error', (error) => {
      this.#failure ??= error
    })
    // The socket's own 'free', if there will be one, follows in the same turn.
    this.#request.on('close', () => process.nextTick(() => this.#closed()))
    this.#request.end()
  }

  cancel(): void {
    this.#done = undefined
    clearTimeout(this.#timer)
  }

  #answered(answer: IncomingMessage): void {
    clearTimeout(this.#timer)
    this.#answer = answer
    if (this.#leg.method === 'HEAD' && staysOpen(answer)) keepOpen(this.#request)
    if (!asks(answer) && !isShort(answer, this.#leg.method)) {
      // A page that is let pass, of any length: cheaper to have it once, on another connection, than to read it twice.
      this.#closesBehind = true
      answer.on('error', () => {})
      this.#socket.destroy()
      return
    }
    const drain = new Drain(this.#leg.origin, 'negotiate')
    answer.on('error', () => {})
    answer.on('data', (chunk: Buffer) => {
      const tooLarge = drain.take(chunk)
      if (tooLarge === undefined) return
      this.#outcome ??= { failed: tooLarge }
      this.#socket.destroy()
    })
  }

  #giveUp(): void {
    this.#outcome = { silent: true }
    this.#socket.destroy()
  }

  #closed(): void {
    this.#restoreFree()
    clearTimeout(this.#timer)
    const outcome = this.#outcome ?? this.#outcomeOf(this.#answer)
    if (!('head' in outcome) || this.#closesBehind) {
      this.#end(outcome)
      return
    }
    // A server that closes behind its answer, or goes on where nothing may come, is noticed before the next step.
    const onUnasked = () => {
      this.#outcome = { garbled: unasked() }
    }
    this.#socket.on('data', onUnasked)
    afterPolling(() => {
      this.#socket.off('data', onUnasked)
      const stillOpen = !this.#socket.destroyed && !this.#socket.readableEnded
      this.#end(this.#outcome ?? (stillOpen ? outcome : closing(this.#answer!)))
    })
  }

  #outcomeOf(answer: IncomingMessage | undefined): LegOutcome {
    const failure = this.#failure
    if (failure !== undefined && isGarbage(failure)) return { garbled: failure }
    if (answer !== undefined && this.#closesBehind) return closing(answer)
    if (answer?.complete) return whole(answer)
    const error = failure ?? hangUp()
    return isLoss(error) ? { lost: error } : { failed: error }
  }

  #end(outcome: LegOutcome): void {
    const done = this.#done
    this.#done = undefined
    if ('garbled' in outcome) this.#socket.destroy()
    done?.(outcome)
  }
}

function whole({ statusCode, headers }: IncomingMessage): LegOutcome {
  return { head: { status: statusCode!, headers: headers as ResponseHead['headers'] } }
}

/** The connection is over behind this answer, whether the server has said so or not. */
function closing({ statusCode, headers }: IncomingMessage): LegOutcome {
  const closed = { ...(headers as ResponseHead['headers']), connection: 'close' }
  return { head: { status: statusCode!, headers: closed } }
}

function asks({ statusCode }: IncomingMessage): boolean {
  return statusCode === FIELDS.origin.status || statusCode === FIELDS.proxy.status
}

/** Tells whether an answer is known to be over soon. */
function isShort({ headers, statusCode }: IncomingMessage, method: string): boolean {
  if (method === 'HEAD' || statusCode === 204 || statusCode === 304) return true
  return Number(headers['content-length'] ?? Number.POSITIVE_INFINITY) <= MAX_DRAINED
}

function unasked(): Error {
  return Object.assign(new Error('The server sent what nobody had asked for'), { code: 'HPE_UNEXPECTED' })
}

/** An agent with one socket, which it leaves open: `agent: false` would ask the server to close it. */
function onSocket(socket: Socket): RequestOptions['agent'] {
  return {
    protocol: 'http:',
    defaultPort: 80,
    keepAlive: true,
    addRequest: (leg: ClientRequest) => giveSocket(leg, socket),
  } as unknown as RequestOptions['agent']
}

/** Keeps it from the pool that the socket is free between two legs: others wait there for just that. */
export function holdFree(socket: Socket): () => void {
  const listeners = socket.rawListeners('free') as ((...args: unknown[]) => void)[]
  socket.removeAllListeners('free')
  return () => {
    for (const listener of listeners) socket.on('free', listener)
  }
}

/** Tells whether the server keeps the connection for more requests (RFC 9112 9.3). */
function staysOpen({ httpVersion, headers }: IncomingMessage): boolean {
  return httpVersion === '1.1' && !closes({ headers: headers as ResponseHead['headers'] })
}
