import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Scheme } from '@ntlmkit/core'
import type { ResolvedAuthOptions } from './auth-options.js'
import type { Decision, OfferedAnswer } from './authenticator.js'
import { spoil } from './malformed-challenge.js'

const SCHEME_NAMES: Record<Scheme, string> = { ntlm: 'NTLM', negotiate: 'Negotiate' }
const SENTENCE = 'Authentication is needed.\n'
const CHUNK_SIZE = 16 * 1024

/** The head of an answer that does not let a request pass. */
interface Refusal {
  status: number
  /** In the order they are written. */
  headers: [name: string, value: string | string[]][]
  /** Closes the connection once the answer is out, without having said so. */
  closesBehind: boolean
}

/** Writes what the {@link Decision}s come to in HTTP, with whatever the modes make of it. */
export class Answers {
  readonly #options: ResolvedAuthOptions
  readonly #challengeField: string
  #closesLeft: number

  constructor(options: ResolvedAuthOptions) {
    this.#options = options
    this.#challengeField = options.proxy ? 'Proxy-Authenticate' : 'WWW-Authenticate'
    this.#closesLeft = options.closeTimes ?? Number.POSITIVE_INFINITY
  }

  /** The headers that a request which passes brings back: what a handshake ends with. */
  admission({
    finalToken,
    endsHandshake,
  }: Extract<Decision, { do: 'admit' }>): [name: string, value: string][] {
    if (!endsHandshake) return []
    const { persist, persistentAuthHeader = persist === 'request' } = this.#options
    const persistent = persist === undefined || persist === 'connection'
    return [
      ...(persistentAuthHeader ? [['Persistent-Auth', String(persistent)] as [string, string]] : []),
      ...(finalToken ? [[this.#challengeField, written(finalToken)] as [string, string]] : []),
    ]
  }

  /** Answers a request that may not pass. */
  refuse(
    request: IncomingMessage,
    response: ServerResponse,
    decision: Exclude<Decision, { do: 'admit' }>,
  ): void {
    const refusal = this.#refusal(decision)
    const { refusalSize, refusalChunked = false } = this.#options
    const body = refusalSize === undefined ? Buffer.from(SENTENCE) : Buffer.alloc(refusalSize, '.')
    response.statusCode = refusal.status
    for (const [name, value] of refusal.headers) {
      if (request.httpVersionMajor < 2 || name !== 'Connection') response.setHeader(name, value)
    }
    if (refusal.closesBehind) response.once('finish', () => request.socket.destroySoon())
    if (request.method === 'HEAD' && this.#options.head === 'unframed') {
      // Node writes it unless it was taken away. HTTP/2 has none to take.
      if (request.httpVersionMajor < 2 && !response.hasHeader('Connection')) {
        response.removeHeader('Connection')
      }
      response.end()
      return
    }
    response.setHeader('Content-Type', 'text/plain')
    if (!refusalChunked) {
      response.setHeader('Content-Length', body.length)
      response.end(body)
      return
    }
    for (let at = 0; at < body.length; at += CHUNK_SIZE) response.write(body.subarray(at, at + CHUNK_SIZE))
    response.end()
  }

  #refusal(decision: Exclude<Decision, { do: 'admit' }>): Refusal {
    if (decision.do === 'answer') return { status: decision.status, headers: [], closesBehind: false }
    const { proxy, close } = this.#options
    const answer = decision.do === 'challenge' ? decision.answer : undefined
    const refusal: Refusal = {
      status: proxy ? 407 : 401,
      headers: [[this.#challengeField, this.#challenges(answer)]],
      closesBehind: close === 'after-challenge' && answer !== undefined && this.#takeClose(),
    }
    const says = close === (answer ? 'with-challenge' : 'on-401') && this.#takeClose()
    if (says || (decision.do === 'refuse' && decision.closing)) refusal.headers.push(['Connection', 'close'])
    return refusal
  }

  #challenges(answer: OfferedAnswer | undefined): string | string[] {
    const {
      schemes,
      offers = schemes.map((scheme) => SCHEME_NAMES[scheme]),
      offerAlways,
      joined,
    } = this.#options
    const list = answer === undefined ? [...offers] : this.#withToken(offers, answer, offerAlways ?? false)
    return joined ? list.join(', ') : list
  }

  #withToken(offers: readonly string[], answer: OfferedAnswer, offerAlways: boolean): string[] {
    const { malformed } = this.#options
    const challenge = malformed
      ? `${SCHEME_NAMES[answer.scheme]} ${spoil(answer.token, malformed)}`.trimEnd()
      : written(answer)
    if (!offerAlways) return [challenge]
    const isSame = (offer: string) => offer.toLowerCase() === answer.scheme
    const others = offers.map((offer) => (isSame(offer) ? challenge : offer))
    return others.includes(challenge) ? others : [challenge, ...others]
  }

  #takeClose(): boolean {
    return this.#closesLeft-- > 0
  }
}

function written({ scheme, token }: OfferedAnswer): string {
  return `${SCHEME_NAMES[scheme]} ${Buffer.from(token).toString('base64')}`
}
