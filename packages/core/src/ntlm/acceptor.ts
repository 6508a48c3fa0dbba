import { malformed } from '../errors.js'
import { ownOptions } from '../own-options.js'
import { challengeFor } from './acceptor-challenge.js'
import { checkAcceptorOptions, type NtlmAcceptorOptions } from './acceptor-options.js'
import { type Conversation, verifyAuthenticate } from './acceptor-verification.js'
import { SYSTEM_ENTROPY } from './entropy.js'
import { Flag } from './flags.js'
import { decodeNegotiate, encodeChallenge } from './messages.js'
import { SessionSecurity } from './session-security.js'
import type { AcceptorVerdict } from './verdict.js'

/** The next thing an acceptor does: send the token if there is one, and act on the verdict once there is one. */
export interface AcceptorStep {
  token?: Uint8Array
  verdict?: AcceptorVerdict
}

/** The accepting side of a context, of NTLM or of SPNEGO around it. */
export interface Acceptor {
  /** @throws {NtlmError} ERR_NTLM_BAD_CHALLENGE for a message that is malformed or out of turn. */
  step(token?: Uint8Array): Promise<AcceptorStep>
  /** Signs and seals messages once the initiator was accepted; only if both sides can. */
  readonly session?: SessionSecurity | undefined
}

/**
 * The acceptor of [MS-NLMP] 3.2. Connection-oriented, the first step takes the NEGOTIATE and the second the
 * AUTHENTICATE; connectionless (`services.datagram`), the first step takes nothing and gives the CHALLENGE unasked.
 * One context each: it takes one AUTHENTICATE, whatever becomes of it.
 */
export class NtlmAcceptor implements Acceptor {
  readonly #options: NtlmAcceptorOptions
  #conversation: Conversation | undefined
  #done = false
  #session: SessionSecurity | undefined

  /** @throws {NtlmError} ERR_NTLM_CONFIG for an expected binding that is not 16 bytes long. */
  constructor(given: NtlmAcceptorOptions) {
    const options = ownOptions(given, 'names', 'allow', 'legacy', 'services')
    checkAcceptorOptions(options)
    this.#options = options
  }

  /** The protection of the application's messages: there once accepted, if signing was agreed or services asked for. */
  get session(): SessionSecurity | undefined {
    return this.#session
  }

  /** @throws {NtlmError} ERR_NTLM_BAD_CHALLENGE for a message that is malformed or out of turn. */
  async step(token?: Uint8Array): Promise<AcceptorStep> {
    if (this.#done) throw malformed('A message came after the AUTHENTICATE.')
    if (this.#conversation === undefined) return { token: this.#challenge(token) }
    if (token === undefined) throw malformed('The AUTHENTICATE is missing.')
    this.#done = true
    return { verdict: await this.#verify(token, this.#conversation) }
  }

  #challenge(negotiate: Uint8Array | undefined): Buffer {
    const connectionless = this.#options.services?.datagram === true
    if (connectionless !== (negotiate === undefined)) {
      throw malformed(connectionless ? 'A NEGOTIATE came where none is.' : 'The NEGOTIATE is missing.')
    }
    const { now, serverChallenge } = this.#entropy()
    const offered = negotiate && decodeNegotiate(negotiate).flags
    const challenge = challengeFor(offered, this.#options, serverChallenge, now)
    const bytes = encodeChallenge(challenge)
    this.#conversation = { challenge, transcript: negotiate ? [Buffer.from(negotiate), bytes] : [bytes] }
    return bytes
  }

  #entropy(): { now: number; serverChallenge: Uint8Array } {
    const entropy = this.#options.entropy ?? SYSTEM_ENTROPY
    return { now: entropy.now(), serverChallenge: entropy.randomBytes(8) }
  }

  async #verify(token: Uint8Array, conversation: Conversation): Promise<AcceptorVerdict> {
    const { verdict, flags, exportedSessionKey } = await verifyAuthenticate(
      token,
      conversation,
      this.#options,
    )
    const signs = (flags & (Flag.NEGOTIATE_SIGN | Flag.NEGOTIATE_SEAL)) !== 0
    const wanted = signs || this.#options.services !== undefined
    if (exportedSessionKey !== undefined && wanted && verdict.response !== 'anonymous') {
      this.#session = new SessionSecurity({ exportedSessionKey, flags, role: 'acceptor' })
    }
    return verdict
  }
}
