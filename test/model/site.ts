import { createHmac } from 'node:crypto'
import { Credential, decodeAuthenticate, encodeChallenge, Flag, messageType } from '@ntlmkit/core'
import type { ResponseHead } from '../../packages/transport/src/index.js'

/** What a path does with a method, for somebody who has not authenticated yet, and for somebody who has. */
export type Treatment =
  /** 200 for everybody. */
  | 'open'
  /** 200 behind authentication. */
  | 'asks'
  /** 302 for everybody. */
  | 'redirects'
  /** Any other status for everybody. */
  | 400
  | 403
  | 404
  | 405
  | 500
  | 503
  /** 415 where a body has no Content-Type; then as `asks`. */
  | 'looks at the type first'
  /** 403 behind authentication. */
  | 'forbids'
  /** 401 behind authentication: an account without the right. */
  | 'has no right'

export type Head = 'as GET' | 405 | 404 | 501 | 503 | 'dropped' | 'silent' | 'body behind' | 'basic only'

export interface Page {
  readonly safe: Treatment
  readonly options: Treatment
  readonly acting: Treatment
  /** Milliseconds that the application takes. */
  readonly slow: number
}

/** How one server behaves. */
export interface SiteTraits {
  readonly pages: Readonly<Record<string, Page>>
  readonly head: Head
  /** Connections end behind so many answers: never, with `Connection: close`, without, or without anybody noticing. */
  readonly closing: 'never' | 'announced' | 'unannounced' | 'unnoticed'
  readonly closesAfter: number
  readonly authenticates: 'connections' | 'requests' | 'requests, and says so'
  /** The authenticated request before which a connection is forgotten, once; 0: never. */
  readonly forgetsAt: number
  readonly bare: 'never' | 'once' | 'first on each connection'
  /** AUTHENTICATEs that are answered with 503. */
  readonly busy: number
  readonly saysNoBy: '401' | 'close'
  /** Two servers behind one name, one of which offers Basic only: every second question. */
  readonly offersInTurns: boolean
  /** The request that is dropped without being looked at, once; 0: none. */
  readonly dropsAt: number
  /** Public pages answer 400 to a token. */
  readonly dislikesTokens: boolean
}

/** One request as it arrives. */
export interface Wire {
  readonly id: number
  readonly method: string
  readonly path: string
  readonly authorization: string | undefined
  readonly hasBody: boolean
  readonly hasType: boolean
}

export type Reply = { head: ResponseHead; delay: number } | 'dropped' | 'silent' | 'garbled'

/** What the application did for one request. */
export interface Act {
  readonly id: number
  readonly method: string
  readonly hasBody: boolean
}

/** A connection as the server sees it. */
export interface ServerSide {
  challenge: Buffer | undefined
  authenticated: boolean
  answers: number
  bareSaid: boolean
  open: boolean
}

export interface FailedLogOn {
  readonly at: number
  readonly origin: string
  /** The Credential of the client, by the count of its secrets. */
  readonly epoch: number
}

const ACCOUNT = { user: 'alice', domain: 'LAB' }
const FLAGS = (Flag.NEGOTIATE_UNICODE | Flag.NEGOTIATE_NTLM | Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY) >>> 0

/** One server, and what it saw. */
export class Site {
  readonly origin: string
  readonly traits: SiteTraits
  readonly acts: Act[] = []
  readonly violations: string[] = []
  readonly failedLogOns: FailedLogOn[] = []
  readonly wire: Wire[] = []
  /** When there was a good log-on. */
  readonly acceptedAt: number[] = []
  /** The password of the moment, and the count of the client's. */
  secret: Buffer
  epoch = 0
  /** Whether everything that passes is over: what is learned from it must be undone. */
  calm = false
  #busy: number
  #untilForgotten: number
  #bareSaid = false
  #challenges = 0
  #questions = 0

  constructor(origin: string, traits: SiteTraits, secret: Buffer) {
    this.origin = origin
    this.traits = traits
    this.secret = secret
    this.#busy = traits.busy
    this.#untilForgotten = traits.forgetsAt
  }

  connect(): ServerSide {
    return { challenge: undefined, authenticated: false, answers: 0, bareSaid: false, open: true }
  }

  serve(connection: ServerSide, wire: Wire): Reply {
    if (!connection.open) return 'dropped'
    this.wire.push(wire)
    const isDropped = !this.calm && this.wire.length === this.traits.dropsAt
    const reply = isDropped ? 'dropped' : this.#inTurns(this.#reply(connection, wire))
    if (typeof reply === 'string') {
      if (reply !== 'silent') connection.open = false
      return reply
    }
    return this.#closing(connection, reply)
  }

  /** The status of the application for somebody who is known to it and has every right. */
  finalStatus(method: string, path: string, hasType: boolean): number {
    const { head } = this.traits
    if (method === 'HEAD' && head !== 'as GET') return typeof head === 'number' ? head : 401
    const treatment = this.treatment(method, path)
    return lacksType(treatment, method, hasType) ? 415 : statusOf(treatment)
  }

  treatment(method: string, path: string): Treatment {
    const page = this.traits.pages[path]
    if (method === 'GET' || method === 'HEAD') return page.safe
    return method === 'OPTIONS' ? page.options : page.acting
  }

  #inTurns(reply: Reply): Reply {
    if (!this.traits.offersInTurns || this.calm || typeof reply === 'string') return reply
    return reply.head.status === 401 && ++this.#questions % 2 === 0 ? brokenHead('basic only') : reply
  }

  #reply(connection: ServerSide, wire: Wire): Reply {
    const { head } = this.traits
    if (wire.method === 'HEAD' && head !== 'as GET') return brokenHead(head)
    const treatment = this.treatment(wire.method, wire.path)
    if (lacksType(treatment, wire.method, wire.hasType)) return answer(415)
    const token = tokenOf(wire.authorization)
    if (!needsAuthentication(treatment)) {
      return token !== undefined && this.traits.dislikesTokens ? answer(400) : this.#act(wire, treatment)
    }
    if (token === undefined) return this.#withoutToken(connection, wire, treatment)
    return messageType(token) === 1
      ? this.#negotiate(connection)
      : this.#authenticate(connection, token, wire, treatment)
  }

  #withoutToken(connection: ServerSide, wire: Wire, treatment: Treatment): Reply {
    if (!connection.authenticated) return asking()
    if (!this.calm && --this.#untilForgotten === 0) {
      connection.authenticated = false
      return asking()
    }
    return this.#act(wire, treatment)
  }

  #negotiate(connection: ServerSide): Reply {
    connection.authenticated = false
    connection.challenge = undefined
    if (this.#saysNothing(connection)) return asking()
    connection.challenge = Buffer.alloc(8)
    connection.challenge.writeUInt32LE(++this.#challenges)
    const targetInfo = [{ id: 7, value: Buffer.alloc(8, 2) }]
    const challenge = { flags: FLAGS, targetName: 'LAB', serverChallenge: connection.challenge, targetInfo }
    return asking(encodeChallenge(challenge))
  }

  #saysNothing(connection: ServerSide): boolean {
    const { bare } = this.traits
    const said = bare === 'once' ? this.#bareSaid : connection.bareSaid
    this.#bareSaid = true
    connection.bareSaid = true
    return bare !== 'never' && !said
  }

  #authenticate(connection: ServerSide, token: Buffer, wire: Wire, treatment: Treatment): Reply {
    const { challenge } = connection
    connection.challenge = undefined
    if (challenge === undefined) {
      this.violations.push(`${wire.id}: an AUTHENTICATE where no CHALLENGE was`)
      return answer(400)
    }
    if (!this.calm && this.#busy > 0) {
      this.#busy--
      return answer(503)
    }
    if (!this.#isGood(challenge, token)) {
      this.failedLogOns.push({ at: Date.now(), origin: this.origin, epoch: this.epoch })
      return this.traits.saysNoBy === 'close' ? 'dropped' : asking()
    }
    this.acceptedAt.push(Date.now())
    const { authenticates } = this.traits
    connection.authenticated = authenticates === 'connections'
    const reply = this.#act(wire, treatment)
    if (authenticates !== 'requests, and says so' || typeof reply === 'string') return reply
    const headers = { ...reply.head.headers, 'persistent-auth': 'false' }
    return { ...reply, head: { ...reply.head, headers } }
  }

  #isGood(challenge: Buffer, token: Buffer): boolean {
    const response = Buffer.from(decodeAuthenticate(token).ntResponse)
    const key = new Credential(ACCOUNT, this.secret).ntowfV2()
    const proof = createHmac('md5', key).update(challenge).update(response.subarray(16)).digest()
    return proof.equals(response.subarray(0, 16))
  }

  #act(wire: Wire, treatment: Treatment): Reply {
    if (treatment === 'has no right') return asking()
    const status = statusOf(treatment)
    if (status < 400) this.acts.push({ id: wire.id, method: wire.method, hasBody: wire.hasBody })
    return { head: { status, headers: {} }, delay: this.traits.pages[wire.path].slow }
  }

  #closing(connection: ServerSide, reply: Exclude<Reply, string>): Reply {
    const { closing, closesAfter } = this.traits
    if (closing === 'never' || ++connection.answers < closesAfter) return reply
    connection.open = false
    if (closing !== 'announced') return reply
    return { ...reply, head: { ...reply.head, headers: { ...reply.head.headers, connection: 'close' } } }
  }
}

function lacksType(treatment: Treatment, method: string, hasType: boolean): boolean {
  return treatment === 'looks at the type first' && method.startsWith('P') && !hasType
}

export function needsAuthentication(treatment: Treatment): boolean {
  return /^(?:asks|looks at the type first|forbids|has no right)$/.test(String(treatment))
}

export function statusOf(treatment: Treatment): number {
  if (typeof treatment === 'number') return treatment
  if (treatment === 'redirects') return 302
  if (treatment === 'forbids') return 403
  return treatment === 'has no right' ? 401 : 200
}

function brokenHead(head: Exclude<Head, 'as GET'>): Reply {
  if (head === 'basic only') return asking(undefined, 'Basic realm="x"')
  if (head === 'body behind') return 'garbled'
  return typeof head === 'number' ? answer(head) : head
}

function answer(status: number): Exclude<Reply, string> {
  return { head: { status, headers: {} }, delay: 0 }
}

function asking(token?: Uint8Array, scheme = 'NTLM'): Reply {
  const offer = token === undefined ? scheme : `${scheme} ${Buffer.from(token).toString('base64')}`
  return { head: { status: 401, headers: { 'www-authenticate': offer } }, delay: 0 }
}

function tokenOf(authorization: string | undefined): Buffer | undefined {
  return authorization === undefined ? undefined : Buffer.from(authorization.split(' ')[1], 'base64')
}
