import { Credential } from '../../src/credentials.js'
import { ConnectionAuth } from '../../src/http/connection-auth.js'
import type { OriginMemory } from '../../src/http/origin-memory.js'
import { OutgoingRequest, type RequestTraits } from '../../src/http/outgoing-request.js'
import type { ResponseHead, Step } from '../../src/http/step.js'
import { Flag } from '../../src/ntlm/flags.js'
import { encodeChallenge, messageType } from '../../src/ntlm/messages.js'
import { type NtlmOptions, resolveOptions } from '../../src/options.js'
import { isRawNtlm } from '../../src/spnego/mechanisms.js'

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

export const GET: RequestTraits = { method: 'GET', hasBody: false, replayable: true }
export const POST: RequestTraits = { method: 'POST', hasBody: true, replayable: true }
export const STREAM: RequestTraits = { method: 'POST', hasBody: true, replayable: false }
export const BARE_GET: RequestTraits = { method: 'GET', hasBody: false, replayable: false }

export const ALICE = new Credential({ user: 'alice', domain: 'LAB' }, Buffer.alloc(16, 3))
export const ok: ResponseHead = { status: 200, headers: {} }
export const challenge: ResponseHead = { status: 401, headers: { 'www-authenticate': `NTLM ${CHALLENGE}` } }
export const bare: ResponseHead = { status: 401, headers: { 'www-authenticate': 'NTLM' } }
export const closing = (head: ResponseHead): ResponseHead => ({
  ...head,
  headers: { ...head.headers, connection: 'close' },
})

/** One connection and what it was told to do: credentials are fetched at once, as a transport would. */
export class Connection {
  readonly auth: ConnectionAuth
  readonly #memory: OriginMemory
  readonly #credential: Credential
  #step!: Step

  constructor(
    memory: OriginMemory,
    options: Partial<NtlmOptions> = {},
    extra: { certificate?: Uint8Array; target?: 'origin' | 'proxy'; credential?: Credential } = {},
  ) {
    const { credential = ALICE, ...rest } = extra
    this.#memory = memory
    this.#credential = credential
    const ntlm = { username: 'LAB\\alice', password: 'x', origins: '*', ...options } as NtlmOptions
    this.auth = new ConnectionAuth({ options: resolveOptions(ntlm), memory, ...rest })
  }

  begin(request: RequestTraits | OutgoingRequest): string {
    const outgoing = request instanceof OutgoingRequest ? request : new OutgoingRequest(request, this.#memory)
    return this.#take(this.auth.begin(outgoing))
  }

  answer(head: ResponseHead): string {
    return this.#take(this.auth.answer(head))
  }

  lost(cause: unknown = new Error('reset'), sent?: boolean): string {
    return this.#take(this.auth.lost(cause, sent))
  }

  authenticate(request: RequestTraits = GET): void {
    this.begin(request)
    this.answer(challenge)
    this.answer(ok)
  }

  /** What the last step says, in short: `leg HEAD 1` is a HEAD with a NEGOTIATE, `send 3` the request with an AUTHENTICATE. */
  #take(step: Step): string {
    this.#step = step.do === 'handshake' ? this.auth.negotiate(this.#credential) : step
    const taken = this.#step
    switch (taken.do) {
      case 'leg':
        return [
          `leg ${taken.method}`,
          ...(taken.path === undefined ? [] : [taken.path]),
          ...(taken.authorization === undefined ? [] : [typeOf(taken.authorization)]),
        ].join(' ')
      case 'send':
        return taken.authorization ? `send ${typeOf(taken.authorization)}` : 'send'
      case 'deliver':
        return `deliver${taken.reusable ? '' : ', close'}${taken.error ? ` ${taken.error.code}` : ''}`
      case 'fail':
        return `fail ${(taken.error as { code?: string }).code ?? (taken.error as Error).message}`
      default:
        return taken.do
    }
  }

  /** Why the last step failed the request. */
  get error(): unknown {
    return this.#step.do === 'fail' ? this.#step.error : undefined
  }

  get authorization(): string {
    return 'authorization' in this.#step ? (this.#step.authorization ?? '') : ''
  }
}

/** The type of an NTLM message; a token of SPNEGO by its first octet, in hex. */
function typeOf(authorization: string): string {
  const token = Buffer.from(authorization.split(' ')[1], 'base64')
  return isRawNtlm(token) ? String(messageType(token)) : `0x${token[0].toString(16)}`
}
