import { Credential, encodeChallenge, Flag, isRawNtlm, messageType, type NtlmError } from '@ntlmkit/core'
import type { Asker, ResponseHead } from '../../src/rules/answer.js'
import { ConnectionAuth } from '../../src/rules/connection-auth.js'
import type { LogOn, LogOnWaiter } from '../../src/rules/log-ons.js'
import { type NtlmOptions, resolveOptions } from '../../src/rules/options.js'
import type { OriginMemory } from '../../src/rules/origin-memory.js'
import { OutgoingRequest, type RequestTraits } from '../../src/rules/outgoing-request.js'
import { type OriginSession, Session } from '../../src/rules/session.js'
import type { Leg, Step } from '../../src/rules/step.js'

export const ORIGIN = 'http://intranet.corp'
const FLAGS =
  Flag.NEGOTIATE_UNICODE |
  Flag.NEGOTIATE_NTLM |
  Flag.NEGOTIATE_TARGET_INFO |
  Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY
export const CHALLENGE = encodeChallenge({
  flags: FLAGS >>> 0,
  targetName: 'LAB',
  serverChallenge: Buffer.alloc(8, 1),
  targetInfo: [{ id: 7, value: Buffer.alloc(8, 2) }],
}).toString('base64')

/** As SPNEGO needs it: with signing, key exchange, and the names that go with them. */
export const SIGNING_CHALLENGE = encodeChallenge({
  flags: (FLAGS | Flag.NEGOTIATE_SIGN | Flag.NEGOTIATE_KEY_EXCH | Flag.NEGOTIATE_128) >>> 0,
  targetName: 'LAB',
  serverChallenge: Buffer.alloc(8, 1),
  targetInfo: [
    { id: 1, value: Buffer.from('WEB1', 'utf16le') },
    { id: 2, value: Buffer.from('LAB', 'utf16le') },
    { id: 7, value: Buffer.alloc(8, 2) },
  ],
})

/** A GET as node:http makes it, and as undici does, which can take back an answer. */
export const GET: RequestTraits = { method: 'GET', path: '/page', hasBody: false, replayable: true }
export const CARRIED: RequestTraits = { ...GET, canCarry: true }
export const BARE_GET: RequestTraits = { ...GET, replayable: false }
export const DELETE: RequestTraits = { ...GET, method: 'DELETE' }
export const CARRIED_DELETE: RequestTraits = { ...CARRIED, method: 'DELETE' }
export const POST: RequestTraits = { method: 'POST', path: '/page', hasBody: true, replayable: true }
export const STREAM: RequestTraits = { ...POST, replayable: false }

export const ALICE = new Credential({ user: 'alice', domain: 'LAB' }, Buffer.alloc(16, 3))
export const OTHER_PASSWORD = new Credential({ user: 'alice', domain: 'LAB' }, Buffer.alloc(16, 4))

export const status = (code: number, headers: ResponseHead['headers'] = {}): ResponseHead => ({
  status: code,
  headers,
})
export const ok = status(200)
export const offers = (field: string | string[]): ResponseHead => status(401, { 'www-authenticate': field })
export const challenge = offers(`NTLM ${CHALLENGE}`)
export const bare = offers('NTLM')
export const basic = offers('Basic realm="x"')
export const closing = ({ status: code, headers }: ResponseHead): ResponseHead =>
  status(code, { ...headers, connection: 'close' })

/** One identity at one origin, under a clock that stands still. */
export class Site {
  now = Date.UTC(2026, 0, 1)
  readonly session: OriginSession
  credential = ALICE

  constructor(options: Partial<NtlmOptions> = {}, origin = ORIGIN) {
    const ntlm = { username: 'LAB\\alice', password: 'x', origins: '*', ...options } as NtlmOptions
    this.session = new Session(resolveOptions(ntlm), () => this.now).at(origin)
  }

  get memory(): OriginMemory {
    return this.session.memory
  }

  connect(extra: { certificate?: Uint8Array; asker?: Asker } = {}): Connection {
    return new Connection(this, extra)
  }

  /** A connection that was authenticated by this request. */
  authenticated(request: RequestTraits = GET, answer = ok): Connection {
    const connection = this.connect()
    connection.begin(request)
    connection.answer(challenge)
    connection.answer(answer)
    return connection
  }

  rejection(): NtlmError | undefined {
    return this.session.logOns.standing(this.memory.origin, this.credential).rejection?.error
  }
}

/** One connection and what it was told to do: it goes on by itself where a driver would. */
export class Connection implements LogOnWaiter {
  readonly auth: ConnectionAuth
  readonly #site: Site
  #request!: OutgoingRequest
  #logOn: LogOn | undefined
  #told = ''
  #step!: Step

  constructor(site: Site, extra: { certificate?: Uint8Array; asker?: Asker }) {
    this.#site = site
    const { options, memory } = site.session
    this.auth = new ConnectionAuth({ options, memory, ...extra })
  }

  begin(request: RequestTraits | OutgoingRequest): string {
    this.#request = request instanceof OutgoingRequest ? request : new OutgoingRequest(request)
    return this.#take(this.auth.begin(this.#request))
  }

  answer(head: ResponseHead): string {
    return this.#take(this.auth.answer(head))
  }

  silent(): string {
    return this.#take(this.auth.silent())
  }

  garbled(): string {
    return this.#take(this.auth.garbled(new Error('garbled')))
  }

  lost(sent = true): string {
    return this.#take(this.auth.lost(new Error('reset'), sent))
  }

  admit(): void {
    this.#take(this.auth.authenticate(this.#logOn!) as Step)
  }

  refuse(error: NtlmError): void {
    this.#take({ do: 'fail', error })
  }

  /** The answers one after another, and what each led to. */
  answers(...heads: ResponseHead[]): string[] {
    return heads.map((head) => this.answer(head))
  }

  /** Why the last step failed the request, or told its 401 to be. */
  get error(): unknown {
    return 'error' in this.#step ? this.#step.error : undefined
  }

  get leg(): Leg | undefined {
    return this.#step.do === 'leg' ? this.#step.leg : undefined
  }

  get authorization(): string {
    if (this.#step.do === 'leg') return this.#step.leg.authorization ?? ''
    return this.#step.do === 'send' ? (this.#step.authorization ?? '') : ''
  }

  #take(step: Step): string {
    this.#step = step
    if (step.do === 'negotiate') return this.#negotiate()
    if (step.do === 'authenticate') return this.#awaitTurn()
    if (step.do === 'reconnect') this.#logOn?.leave()
    this.#told = inShort(step)
    return this.#told
  }

  #negotiate(): string {
    const { session, credential, memory } = this.#site
    const { pathname: path, order } = this.#request
    const final = session.refusal(credential, this.#request)
    if (final !== undefined) return this.#take({ do: 'fail', error: final })
    const refusal = session.logOns.refusal({ origin: memory.origin, path, order, credential })
    const step = refusal === undefined ? this.auth.negotiate(credential) : this.auth.refuse(refusal)
    return this.#take(step as Step)
  }

  #awaitTurn(): string {
    this.#told = 'waits'
    this.#site.session.logOns.enter(this.auth.logOnPlace, this, (logOn) => {
      this.#logOn = logOn
    })
    return this.#told
  }
}

/** A step in short: `leg HEAD 1` is a HEAD with a NEGOTIATE, `send 3` the request with an AUTHENTICATE. */
function inShort(step: Step): string {
  switch (step.do) {
    case 'leg': {
      const { method, path, authorization } = step.leg
      return ['leg', method, path, authorization && typeOf(authorization)].filter(Boolean).join(' ')
    }
    case 'send':
      return step.authorization ? `send ${typeOf(step.authorization)}` : 'send'
    case 'deliver':
      return `deliver${step.reusable ? '' : ', close'}${step.error ? ` ${step.error.code}` : ''}`
    case 'fail':
      return `fail ${(step.error as { code?: string }).code ?? (step.error as Error).message}`
    default:
      return step.do
  }
}

/** The type of an NTLM message; a token of SPNEGO by its first octet, in hex. */
function typeOf(authorization: string): string {
  const token = Buffer.from(authorization.split(' ')[1], 'base64')
  return isRawNtlm(token) ? String(messageType(token)) : `0x${token[0].toString(16)}`
}
