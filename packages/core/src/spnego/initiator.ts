import { malformed } from '../errors.js'
import type { SessionSecurity } from '../ntlm/session-security.js'
import { ownOptions } from '../own-options.js'
import type { SecurityContext, SecurityContextStep } from '../security-context.js'
import { cannotSign, mechListMicMissing, otherMechanism, rejectedByPeer } from './failures.js'
import { isRawNtlm, NTLM_OID } from './mechanisms.js'
import {
  decodeSpnego,
  encodeMechTypeList,
  encodeNegTokenInit,
  encodeNegTokenResp,
  type NegTokenResp,
} from './tokens.js'

/** A step of a mechanism that has its token at hand, or of one that does not. */
type AnyStep = SecurityContextStep | Promise<SecurityContextStep>

/** The offer of an initiator. */
export interface SpnegoInitiatorOptions<Step extends AnyStep = SecurityContextStep> {
  /** The one mechanism to offer, made for integrity: without it the list of mechanisms cannot be signed. */
  mechanism: SecurityContext<Step>
  /** The mechanism's object identifier in dotted form. Default: NTLM's. */
  oid?: string | undefined
}

/**
 * The initiator of RFC 4178 around another context. The list of mechanisms is signed whenever that context can sign.
 * A server that answers with a bare NTLM message is answered in kind. `complete` comes with the server's
 * accept-completed; many HTTP servers send none, and a transport may end without it. It steps as its mechanism does,
 * at once or by promises.
 */
export class SpnegoInitiator<Step extends AnyStep = SecurityContextStep> implements SecurityContext<Step> {
  readonly #mechanism: SecurityContext<Step>
  readonly #oid: string
  readonly #mechTypeList: Buffer
  #state: 'start' | 'offered' | 'negotiating' | 'raw' | 'complete' = 'start'
  #mechanismComplete = false
  #signed = false
  #micPromised = false
  /** Known from the first step of the mechanism. */
  #byPromises = false

  constructor(options: SpnegoInitiatorOptions<Step>) {
    const { mechanism, oid = NTLM_OID } = ownOptions(options)
    this.#mechanism = mechanism
    this.#oid = oid
    this.#mechTypeList = encodeMechTypeList([oid])
  }

  /** The mechanism's: its first message has number 1 where the list of mechanisms was signed. */
  get session(): SessionSecurity | undefined {
    return this.#mechanism.session
  }

  /**
   * @throws {NtlmError} ERR_NTLM_BAD_CHALLENGE, ERR_NTLM_REJECTED, ERR_NTLM_DOWNGRADE for another mechanism than the
   *   one that was offered, ERR_NTLM_INTEGRITY for a list of mechanisms that was changed; and what the mechanism throws.
   *   Over a mechanism that steps by promises, it rejects with them.
   */
  step(token?: Uint8Array): Step {
    // The mechanism's own kind of step, which #next cannot know.
    return (this.#byPromises ? this.#later(token) : this.#next(token)) as Step
  }

  async #later(token: Uint8Array | undefined): Promise<SecurityContextStep> {
    return this.#next(token)
  }

  #next(token: Uint8Array | undefined): AnyStep {
    if (this.#state === 'start') return this.#offer()
    if (token === undefined) throw malformed('The answer to the NegTokenInit is missing.')
    if (this.#state === 'complete') throw malformed('A SPNEGO token came after the last one.')
    if (this.#state === 'raw' || (this.#state === 'offered' && isRawNtlm(token))) return this.#raw(token)
    const response = decodeSpnego(token)
    if (response.kind === 'init') throw malformed('A NegTokenInit came where a NegTokenResp belongs.')
    return this.#answer(response)
  }

  #offer(): AnyStep {
    this.#state = 'offered'
    return this.#stepped(this.#mechanism.step(), ({ token: mechToken, complete }) => {
      this.#mechanismComplete = complete
      const offer = encodeNegTokenInit({ kind: 'init', mechTypes: [this.#oid], mechToken })
      return { token: offer, complete: false }
    })
  }

  #raw(token: Uint8Array): AnyStep {
    this.#state = 'raw'
    return this.#stepped(this.#mechanism.step(token), (step) => {
      if (step.complete) this.#state = 'complete'
      return step
    })
  }

  #stepped(step: AnyStep, use: (step: SecurityContextStep) => SecurityContextStep): AnyStep {
    if (!('then' in step)) return use(step)
    this.#byPromises = true
    return step.then(use)
  }

  #answer(response: NegTokenResp): AnyStep {
    const { negState, supportedMech, responseToken, mechListMic } = response
    if (negState === 'reject') throw rejectedByPeer()
    if (supportedMech !== undefined && supportedMech !== this.#oid)
      throw otherMechanism(supportedMech, this.#oid)
    this.#state = 'negotiating'
    if (negState === 'request-mic') this.#micPromised = true
    if (!this.#mechanismComplete) return this.#advance(responseToken, negState)
    if (responseToken !== undefined && responseToken.length > 0) {
      throw malformed('A token for the mechanism came after its last one.')
    }
    return this.#finish(negState, mechListMic)
  }

  /** A mechListMIC that comes with the mechanism's own token is an echo of that token (some servers): no key yet. */
  #advance(token: Uint8Array | undefined, negState: NegTokenResp['negState']): AnyStep {
    if (token === undefined)
      throw malformed('A NegTokenResp has no responseToken, and the mechanism needs one.')
    if (negState === 'accept-completed') throw malformed('The other side is done before the mechanism is.')
    return this.#stepped(this.#mechanism.step(token), ({ token: responseToken, complete }) => {
      this.#mechanismComplete = complete
      const mechListMic = complete ? this.#sign() : undefined
      const negotiation = { kind: 'resp', negState: 'accept-incomplete', responseToken, mechListMic } as const
      return { token: encodeNegTokenResp(negotiation), complete: false }
    })
  }

  #sign(): Buffer | undefined {
    const { session } = this.#mechanism
    if (session === undefined || !session.integrity) {
      if (this.#micPromised) throw cannotSign()
      return undefined
    }
    this.#signed = true
    return session.signMechanismList(this.#mechTypeList)
  }

  #finish(negState: NegTokenResp['negState'], mechListMic: Uint8Array | undefined): SecurityContextStep {
    const { session } = this.#mechanism
    if (mechListMic !== undefined && session?.integrity) {
      session.verifyMechanismList(this.#mechTypeList, mechListMic)
    } else if (this.#micPromised) {
      throw mechListMicMissing()
    }
    if (negState === 'accept-completed') {
      this.#state = 'complete'
      return { complete: true }
    }
    if (this.#signed) throw malformed('The other side wants more after the last token.')
    throw cannotSign()
  }
}
