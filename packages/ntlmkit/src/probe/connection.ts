import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import type { SeenExchange } from '@ntlmkit/inspect'
import { CommandError } from '../command-error.js'
import { ExitCode } from '../exit-codes.js'

/** More than any page of an error has; the rest of a larger answer is not fetched. */
const MAX_BODY = 1_000_000

/** The two methods that a probe sends. */
export type ProbeMethod = 'GET' | 'HEAD'

/** Sends requests without credentials, one after the other, and writes down what came of each. */
export class Prober {
  /** In the order in which they were sent. */
  readonly exchanges: SeenExchange[] = []
  readonly #url: URL
  readonly #seconds: number
  readonly #numbers = new Map<Socket, number>()
  #agent: Agent

  /** @param seconds that each answer may take. */
  constructor(url: URL, seconds: number) {
    this.#url = url
    this.#seconds = seconds
    this.#agent = agentFor(url)
  }

  /** Sends one request on the connection there is, or a new one where it closed. */
  async send(method: ProbeMethod, authorization?: string): Promise<SeenExchange> {
    const sentAt = Date.now()
    const headers = {
      'User-Agent': 'ntlmkit-probe',
      Accept: '*/*',
      ...(authorization === undefined ? {} : { Authorization: authorization }),
    }
    const answer = await this.#exchange(method, headers)
    const { response, socket } = answer
    const exchange: SeenExchange = {
      connection: this.#numberOf(socket),
      method,
      url: this.#url.href,
      request: { ...lowerCase(headers) },
      status: response.statusCode,
      response: fieldsOf(response),
      httpVersion: response.httpVersion,
      sentAt,
      answeredAt: Date.now(),
      closed: answer.closed,
    }
    this.exchanges.push(exchange)
    return exchange
  }

  /** Leaves the connection: the next request opens another. */
  startAnew(): void {
    this.#agent.destroy()
    this.#agent = agentFor(this.#url)
  }

  close(): void {
    this.#agent.destroy()
  }

  #numberOf(socket: Socket): number {
    const known = this.#numbers.get(socket) ?? this.#numbers.size + 1
    this.#numbers.set(socket, known)
    return known
  }

  #exchange(method: ProbeMethod, headers: Record<string, string>): Promise<Answer> {
    const send = this.#url.protocol === 'https:' ? httpsRequest : httpRequest
    return new Promise((resolve, reject) => {
      const request = send(this.#url, { method, headers, agent: this.#agent })
      // Of the whole answer, its body included: one that drips is never silent.
      const timer = setTimeout(() => {
        reject(tooLate(this.#seconds))
        request.destroy()
      }, this.#seconds * 1000)
      request.once('close', () => clearTimeout(timer))
      request.once('error', reject)
      request.once('response', (response) => {
        const { socket } = response
        readBody(response).then((whole) => {
          // The agent looks at a free socket in a later turn, and so do we.
          setImmediate(() => resolve({ response, socket, closed: !whole || isOver(response, socket) }))
        }, reject)
      })
      request.end()
    })
  }
}

interface Answer {
  response: IncomingMessage
  socket: Socket
  closed: boolean
}

/** Nobody's secret goes over these connections: that a certificate is not trusted is said, and hinders nothing. */
function agentFor(url: URL): Agent {
  const options = { keepAlive: true, maxSockets: 1 }
  if (url.protocol === 'http:') return new Agent(options)
  return new HttpsAgent({ ...options, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] })
}

/** Resolves to false where the answer was too long to be read to its end. */
async function readBody(response: IncomingMessage): Promise<boolean> {
  let bytes = 0
  for await (const chunk of response) {
    bytes += (chunk as Buffer).length
    if (bytes > MAX_BODY) return false
  }
  return true
}

function isOver(response: IncomingMessage, socket: Socket): boolean {
  const says = /\bclose\b/i.test(response.headers.connection ?? '')
  const isOld = response.httpVersion === '1.0' && !/keep-alive/i.test(response.headers.connection ?? '')
  return says || isOld || socket.destroyed
}

/** The fields of an answer; one that came twice has both values. */
export function fieldsOf({ headersDistinct }: IncomingMessage): SeenExchange['response'] {
  return Object.fromEntries(
    Object.entries(headersDistinct).map(([name, values = []]) => [
      name,
      values.length === 1 ? values[0] : values,
    ]),
  )
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}

export function tooLate(seconds: number): CommandError {
  return new CommandError(
    `No answer came within ${seconds} seconds.`,
    'Give it longer with --timeout, or look whether the server is up.',
    ExitCode.NO_CONNECTION,
  )
}
