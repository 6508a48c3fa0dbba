import type { Credential } from '../credentials.js'
import { diagnostics } from '../diagnostics.js'
import type { NtlmError, NtlmPhase } from '../errors.js'
import type { ResolvedNtlmOptions, Scheme } from '../options.js'
import type { SecurityContext } from '../security-context.js'
import { type HttpChallenge, parseChallenges } from './challenges.js'
import * as failures from './failures.js'
import { Initiation } from './initiation.js'
import type { OriginMemory } from './origin-memory.js'
import type { OutgoingRequest } from './outgoing-request.js'

/** What may be said of a connection: a challenged one serves nobody else, a rejected one nobody at all. */
export type ConnectionState = 'fresh' | 'plain' | 'challenged' | 'authenticated' | 'rejected'

/** What the transport does next. */
export type Step =
  /** Get a turn at the origin's gate and the credential, then call `negotiate`. */
  | { do: 'handshake' }
  /** Send this request without a body to the same URL, drain the answer and hand it to `answer`. */
  | { do: 'leg'; method: string; authorization: string }
  /** Send the client's own request, with this header if there is one, and hand the answer's head to `answer`. */
  | { do: 'send'; authorization?: string }
  /** The answer is the client's; afterwards the connection may serve again, or is closed. */
  | { do: 'deliver'; reusable: boolean; error?: NtlmError }
  /** Close this connection and begin again on a new one. */
  | { do: 'reconnect' }
  /** Close this connection and tell the client. */
  | { do: 'fail'; error: unknown }

/** The head of an answer: its status and, in lower case, the fields that matter here. */
export interface ResponseHead {
  status: number
  headers: Readonly<Record<string, string | string[] | undefined>>
}

/** What a {@link ConnectionAuth} is made from. */
export interface ConnectionAuthOptions {
  options: ResolvedNtlmOptions
  memory: OriginMemory
  /** The server's leaf certificate, DER; absent without TLS. */
  certificate?: Uint8Array
  /** Who asks: the origin (401), or a proxy (407). Default: the origin. */
  target?: 'origin' | 'proxy'
}

type Awaited = 'leg' | 'authenticated' | 'plain'

const FIELDS = {
  origin: { status: 401, challenge: 'www-authenticate', credentials: 'authorization' },
  proxy: { status: 407, challenge: 'proxy-authenticate', credentials: 'proxy-authorization' },
} as const

const SCHEME_NAMES: Record<Scheme, string> = { ntlm: 'NTLM', negotiate: 'Negotiate' }
/** A connection that is lost during the handshake is replaced at most twice. */
const MAX_LOST = 2
/** More legs than any server needs: what bounds a server that contradicts itself. */
const MAX_LEGS = 4

let connections = 0

/**
 * The authentication of one connection, without any I/O: the transport tells it what happened and does what it
 * says. One request at a time: `begin`, then `negotiate` and `answer` as the steps ask, until `deliver` or `fail`.
 */
export class ConnectionAuth {
  /** The header that carries the credentials, lower case. */
  readonly credentialsField: 'authorization' | 'proxy-authorization'

  readonly #id = ++connections
  readonly #options: ResolvedNtlmOptions
  readonly #memory: OriginMemory
  readonly #initiation: Initiation
  readonly #fields: (typeof FIELDS)[keyof typeof FIELDS]
  #state: ConnectionState = 'fresh'
  #awaited: Awaited = 'plain'
  #request!: OutgoingRequest
  #scheme: Scheme = 'ntlm'
  #context: SecurityContext | undefined
  #contextComplete = false
  #legMethod = 'HEAD'
  #account = ''
  /** Requests answered without a token since the connection was authenticated. */
  #served = 0

  constructor({ options, memory, certificate, target = 'origin' }: ConnectionAuthOptions) {
    this.#options = options
    this.#memory = memory
    this.#initiation = new Initiation(options, memory.origin, certificate)
    this.#fields = FIELDS[target]
    this.credentialsField = this.#fields.credentials
  }

  get state(): ConnectionState {
    return this.#state
  }

  /** How far the handshake is: for the transport's own errors. */
  get phase(): NtlmPhase {
    return this.#awaited === 'authenticated' ? 'authenticate' : 'negotiate'
  }

  /** The connection is free: what to do first for this request. */
  begin(request: OutgoingRequest): Step {
    this.#request = request
    if (request.gaveUp) return this.#send()
    if (this.#state === 'authenticated' && !this.#memory.perRequest) return this.#send()
    const bodyGoesOnce = request.hasBody && !request.replayable
    if (this.#state !== 'authenticated' && this.#memory.plain && !bodyGoesOnce) return this.#send()
    return { do: 'handshake' }
  }

  /** Answers `handshake`: the first leg, under this credential. */
  negotiate(credential: Credential): Step {
    const rejection = this.#request.rejectedMeanwhile(this.#memory)
    if (rejection) return this.#fail(failures.rejectedMeanwhile(this.#memory.origin, rejection))
    this.#request.legs++
    this.#account = credential.toString()
    this.#scheme = this.#preferredScheme()
    try {
      this.#context = this.#initiation.context(this.#scheme, credential)
      return this.#leg(this.#context.step().token!)
    } catch (error) {
      return this.#fail(error)
    }
  }

  #leg(token: Uint8Array): Step {
    const useHead = this.#memory.headTellsAll && !this.#request.ownMethod
    this.#legMethod = useHead ? 'HEAD' : this.#request.method
    this.#awaited = 'leg'
    return { do: 'leg', method: this.#legMethod, authorization: this.#authorization(token) }
  }

  /** The head of the answer to what was sent last. */
  answer(response: ResponseHead): Step {
    if (this.#awaited === 'plain') return this.#plainAnswered(response)
    diagnostics.leg({
      origin: this.#memory.origin,
      connection: this.#id,
      phase: this.phase,
      method: this.#awaited === 'leg' ? this.#legMethod : this.#request.method,
      scheme: this.#scheme,
      status: response.status,
    })
    return this.#awaited === 'leg' ? this.#legAnswered(response) : this.#authenticatedAnswered(response)
  }

  /**
   * The connection closed before any byte of the answer to what was sent last.
   *
   * @param sent whether any of it may have left; what never did can always go again.
   */
  lost(cause: unknown, sent = true): Step {
    const request = this.#request
    const mayGoAgain = !sent || request.repeatable
    if (this.#awaited === 'leg') return this.#reconnect(cause)
    if (this.#awaited === 'authenticated') {
      if (mayGoAgain) return this.#reconnect(cause)
      return this.#fail(failures.connectionClosed(this.#memory.origin, 'authenticate', cause))
    }
    if (!sent) return this.#reconnect(cause)
    if (this.#state === 'fresh' || !mayGoAgain || request.repeated) return this.#fail(cause)
    request.repeated = true
    return { do: 'reconnect' }
  }

  #legAnswered(response: ResponseHead): Step {
    const request = this.#request
    if (response.status === this.#fields.status) return this.#challenged(response)
    if (this.#state === 'fresh') this.#state = 'plain'
    if (response.status >= 200 && response.status < 400) {
      this.#memory.learnPlain()
      return this.#sendAgainWhere(response)
    }
    const saidByItself = request.ownMethod || this.#legMethod === request.method
    request.ownMethod = true
    if (request.replayable || saidByItself) return this.#sendAgainWhere(response)
    return this.#again(response)
  }

  #challenged(response: ResponseHead): Step {
    const offers = this.#offers(response)
    const ours = offers.find(({ scheme }) => scheme === this.#scheme)
    if (ours?.token !== undefined) return this.#authenticate(ours.token, response)
    if (ours === undefined) return this.#otherScheme(offers, response)

    this.#memory.learnScheme(this.#scheme)
    if (!this.#request.askedAgain) {
      this.#request.askedAgain = true
      return this.#again(response)
    }
    return this.#fail(failures.neverChallenged(this.#memory.origin, SCHEME_NAMES[this.#scheme]))
  }

  /** The server does not know the scheme we began with: take one it offers, or go without. */
  #otherScheme(offers: readonly HttpChallenge[], response: ResponseHead): Step {
    const other = this.#bestOffered(offers)
    if (other !== undefined && this.#request.legs < MAX_LEGS) {
      this.#memory.learnScheme(other)
      return this.#again(response)
    }
    this.#request.gaveUp = this.#notOffered(offers)
    this.#memory.learnPlain()
    return this.#sendAgainWhere(response)
  }

  #authenticate(token: string, response: ResponseHead): Step {
    this.#memory.learnScheme(this.#scheme)
    if (this.#request.ownMethod) this.#memory.learnHeadMisleads()
    this.#state = 'challenged'
    if (closes(response)) return this.#reconnect()
    return this.#continue(token)
  }

  /** Takes the server's token; the client's own request carries the answer. */
  #continue(token: string): Step {
    try {
      const step = this.#context!.step(Buffer.from(token, 'base64'))
      this.#contextComplete = step.complete
      this.#awaited = 'authenticated'
      return { do: 'send', authorization: step.token && this.#authorization(step.token) }
    } catch (error) {
      return this.#fail(error)
    }
  }

  #authenticatedAnswered(response: ResponseHead): Step {
    const token = this.#offers(response).find(({ scheme }) => scheme === this.#scheme)?.token
    const unfinished = token !== undefined && !this.#contextComplete
    if (response.status === this.#fields.status) {
      return (unfinished && this.#oneMoreLeg(token, response)) || this.#rejected()
    }
    if (unfinished) {
      try {
        this.#context!.step(Buffer.from(token, 'base64'))
      } catch (error) {
        return this.#fail(error)
      }
    }
    return this.#accepted(response)
  }

  /** A 401 that goes on with the negotiation; undefined for one that ends it. */
  #oneMoreLeg(token: string, response: ResponseHead): Step | undefined {
    const mayGoOn = this.#request.replayable && !closes(response) && this.#request.legs++ < MAX_LEGS
    const step = mayGoOn ? this.#continue(token) : undefined
    return step?.do === 'send' && step.authorization !== undefined ? step : undefined
  }

  #accepted(response: ResponseHead): Step {
    const { origin } = this.#memory
    this.#state = 'authenticated'
    this.#served = 0
    this.#context = undefined
    this.#memory.learnAccepted()
    const persistent = response.headers['persistent-auth']
    if (typeof persistent === 'string' && /^\s*false\s*$/i.test(persistent)) this.#memory.learnPerRequest()
    diagnostics.authenticated({ origin, connection: this.#id, scheme: this.#scheme, account: this.#account })
    return { do: 'deliver', reusable: !closes(response) }
  }

  #rejected(): Step {
    const error = failures.rejected(this.#memory.origin, SCHEME_NAMES[this.#scheme], this.#account)
    this.#state = 'rejected'
    this.#memory.learnRejected(error)
    return this.#deliverRefusal(error, false)
  }

  #plainAnswered(response: ResponseHead): Step {
    if (response.status !== this.#fields.status) {
      if (this.#state === 'fresh') this.#state = 'plain'
      this.#served++
      return { do: 'deliver', reusable: !closes(response) }
    }
    const request = this.#request
    if (request.gaveUp) return this.#deliverRefusal(request.gaveUp, this.#state !== 'authenticated')
    const offers = this.#offers(response)
    const scheme = this.#bestOffered(offers)
    if (scheme === undefined)
      return this.#deliverRefusal(this.#notOffered(offers), this.#state !== 'authenticated')

    if (this.#state === 'authenticated' && this.#served === 0) this.#memory.learnPerRequest()
    this.#memory.learnScheme(scheme)
    if (!request.replayable) {
      // The next one must not ask with a HEAD again: this one cannot come back to find that out.
      if (request.legs > 0 && this.#state === 'plain') this.#memory.learnHeadMisleads()
      return this.#deliverRefusal(failures.bodyNotReplayable(this.#memory.origin, request.hasBody), false)
    }
    if (request.legs >= MAX_LEGS) return this.#rejected()
    // A HEAD has been let pass: only the method itself tells what this URL needs.
    if (request.legs > 0 && this.#state === 'plain') request.ownMethod = true
    return this.#again(response)
  }

  #deliverRefusal(error: NtlmError, reusable: boolean): Step {
    diagnostics.refused({ origin: this.#memory.origin, connection: this.#id, error })
    if (this.#options.strict) return this.#fail(error)
    return { do: 'deliver', reusable, error }
  }

  /** Another leg, on this connection if it stays open. */
  #again(response: ResponseHead): Step {
    return closes(response) ? this.#reconnect() : { do: 'handshake' }
  }

  #sendAgainWhere(response: ResponseHead): Step {
    return closes(response) ? this.#reconnect() : this.#send()
  }

  #send(): Step {
    this.#awaited = 'plain'
    return { do: 'send' }
  }

  #reconnect(cause?: unknown): Step {
    if (++this.#request.lostHandshakes <= MAX_LOST) return { do: 'reconnect' }
    return this.#fail(failures.connectionClosed(this.#memory.origin, this.phase, cause))
  }

  #fail(error: unknown): Step {
    this.#state = 'rejected'
    return { do: 'fail', error }
  }

  #offers(response: ResponseHead): HttpChallenge[] {
    return parseChallenges(response.headers[this.#fields.challenge])
  }

  #notOffered(offers: readonly HttpChallenge[]): NtlmError {
    const offered = offers.map(({ scheme }) => scheme)
    return failures.notOffered(this.#memory.origin, offered, this.#options.schemes)
  }

  #bestOffered(offers: readonly HttpChallenge[]): Scheme | undefined {
    return this.#options.schemes.find((name) => offers.some(({ scheme }) => scheme === name))
  }

  #preferredScheme(): Scheme {
    return this.#memory.scheme ?? this.#options.schemes[0]
  }

  #authorization(token: Uint8Array): string {
    return `${SCHEME_NAMES[this.#scheme]} ${Buffer.from(token).toString('base64')}`
  }
}

/** Whether the server ends the connection after this answer (RFC 9112 9.3). */
function closes({ headers }: ResponseHead): boolean {
  const { connection } = headers
  const options = Array.isArray(connection) ? connection.join(',') : connection
  return options !== undefined && /(?:^|,)\s*close\s*(?:,|$)/i.test(options)
}
