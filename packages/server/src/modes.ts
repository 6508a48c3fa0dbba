import type { AvPair } from '@ntlmkit/core'
import type { MalformedChallenge } from './malformed-challenge.js'
import { MALFORMED_CHALLENGES } from './malformed-challenge.js'
import { callback, either, flag, object, oneOf, type Rules, texts, wholeNumber } from './option-rules.js'
import type { RequestRecord } from './request-record.js'

/** Ways in which real servers differ. Each is off by default: then the server behaves like a plain IIS. */
export interface Modes {
  /** How long an authentication lasts: the connection's life, one request, or so many requests. Default: `'connection'`. */
  persist?: 'connection' | 'request' | number | undefined
  /** A `Persistent-Auth` header in the answer that ends a handshake. Default: only under `persist: 'request'`. */
  persistentAuthHeader?: boolean | undefined
  /** Kernel mode of IIS: the first request of a connection gets a bare 401 although it carries a token. */
  kernelMode?: boolean | undefined
  /**
   * The answer to every HEAD without a handshake under way: a status; or `'unframed'`, a 401 like that of other methods
   * whose head has neither a length nor Connection, as Kestrel writes it. Default: `'authenticate'`, like other methods.
   */
  head?: 'authenticate' | 'unframed' | 200 | 404 | 405 | undefined
  /** The challenges of a 401 in this order, word for word. Default: the names of `schemes`. */
  offers?: readonly string[] | undefined
  /** Puts the other offers beside the challenge with a token. Default: false. */
  offerAlways?: boolean | undefined
  /** Puts all challenges in one header line, with commas. Default: false, a line each. */
  joined?: boolean | undefined
  /** `Connection: close` on a 401 without token, or with the challenge; or close behind the challenge without saying so. */
  close?: 'on-401' | 'with-challenge' | 'after-challenge' | undefined
  /** How often `close` happens. Default: always. */
  closeTimes?: number | undefined
  /** Milliseconds before each answer, or a function of what is known of the request by then. Default: 0. */
  delay?: number | ((record: Readonly<RequestRecord>) => number) | undefined
  /** Bytes in the body of every 401. Default: a short sentence. */
  refusalSize?: number | undefined
  /** Sends that body in chunks. Default: false. */
  refusalChunked?: boolean | undefined
  /** The fault of every challenge. Default: none. */
  malformed?: MalformedChallenge | undefined
  /** A timestamp in the challenge, which makes clients send a MIC. Default: true. */
  timestamp?: boolean | undefined
  /** Target info in the challenge: without it there is no timestamp and no channel binding. Default: true. */
  targetInfo?: boolean | undefined
  /** Bytes that the target info is made longer by, 65,000 at most. Default: 0. */
  targetInfoPadding?: number | undefined
  /** More AV pairs for the target info, behind the others. Default: none. */
  extraPairs?: readonly AvPair[] | undefined
  /** Makes the challenge choose OEM strings, although clients offer Unicode. Default: false. */
  oem?: boolean | undefined
  /** The NEGOTIATE flags the challenge agrees to when they are offered. Default: `DEFAULT_ACCEPTOR_FLAGS` of core. */
  flags?: number | undefined
}

export const MODE_RULES: Rules<Modes> = {
  persist: either(oneOf('connection', 'request'), wholeNumber(1)),
  persistentAuthHeader: flag,
  kernelMode: flag,
  head: oneOf('authenticate', 'unframed', 200, 404, 405),
  offers: texts,
  offerAlways: flag,
  joined: flag,
  close: oneOf('on-401', 'with-challenge', 'after-challenge'),
  closeTimes: wholeNumber(1),
  delay: either(wholeNumber(0), callback),
  refusalSize: wholeNumber(0),
  refusalChunked: flag,
  malformed: oneOf(...MALFORMED_CHALLENGES),
  timestamp: flag,
  targetInfo: flag,
  targetInfoPadding: wholeNumber(0, 65_000),
  extraPairs: object,
  oem: flag,
  flags: wholeNumber(0, 0xffff_ffff),
}
