import { malformed } from '../errors.js'
import type { Acceptor, AcceptorStep } from '../ntlm/acceptor.js'
import type { SessionSecurity } from '../ntlm/session-security.js'
import { type AcceptorVerdict, type FailedCheck, refusedUnheard } from '../ntlm/verdict.js'
import { ownOptions } from '../own-options.js'
import { isRawNtlm, NTLM_OID } from './mechanisms.js'
import { decodeSpnego, encodeNegTokenResp, type NegTokenResp, type ReceivedNegTokenInit } from './tokens.js'

/** The subject of an acceptor's negotiation. */
export interface SpnegoAcceptorOptions {
  /** The one mechanism to accept. */
  mechanism: Acceptor
  /** The mechanism's object identifier in dotted form. Default: NTLM's. */
  oid?: string | undefined
  /**
   * `'require'` a signed list of mechanisms whenever the context can sign, as Samba does; `'accept'` an unsigned one
   * where the initiator preferred this mechanism. One that was sent is checked either way. Default: `'accept'`.
   */
  mechListMic?: 'require' | 'accept' | undefined
}

/**
 * The acceptor of RFC 4178 around another one. An initiator that preferred another mechanism is asked to sign its
 * list of mechanisms (request-mic); an initiator that sends bare NTLM messages is answered in kind.
 */
export class SpnegoAcceptor implements Acceptor {
  readonly #mechanism: Acceptor
  readonly #oid: string
  readonly #micPolicy: 'require' | 'accept'
  #state: 'start' | 'negotiating' | 'awaiting-mic' | 'raw' | 'done' = 'start'
  #mechTypeList: Uint8Array = Buffer.alloc(0)
  #preferred = true
  /** True once the initiator has been told which mechanism it is. */
  #selected = false
  #verdict: AcceptorVerdict | undefined
  #accepted = false

  constructor(options: SpnegoAcceptorOptions) {
    const { mechanism, oid = NTLM_OID, mechListMic = 'accept' } = ownOptions(options)
    this.#mechanism = mechanism
    this.#oid = oid
    this.#micPolicy = mechListMic
  }

  /** The mechanism's: its first message has number 1 where the list of mechanisms was signed. */
  get session(): SessionSecurity | undefined {
    return this.#accepted ? this.#mechanism.session : undefined
  }

  /** @throws {NtlmError} ERR_NTLM_BAD_CHALLENGE for a token that is malformed or out of turn. */
  async step(token?: Uint8Array): Promise<AcceptorStep> {
    if (token === undefined) throw malformed('The SPNEGO token is missing.')
    if (this.#state === 'done') throw malformed('A SPNEGO token came after the last one.')
    if (this.#state === 'raw' || (this.#state === 'start' && isRawNtlm(token))) return this.#raw(token)
    const message = decodeSpnego(token)
    const initial = message.kind === 'init'
    if (initial !== (this.#state === 'start')) {
      throw malformed(`A NegTokenInit ${initial ? 'came after the first token' : 'is missing'}.`)
    }
    return message.kind === 'init' ? this.#begin(message) : this.#continue(message)
  }

  async #raw(token: Uint8Array): Promise<AcceptorStep> {
    this.#state = 'raw'
    const step = await this.#mechanism.step(token)
    if (step.verdict === undefined) return step
    this.#state = 'done'
    this.#accepted = step.verdict.accepted
    return step
  }

  async #begin({ mechTypes, mechTypeList, mechToken }: ReceivedNegTokenInit): Promise<AcceptorStep> {
    if (!mechTypes.includes(this.#oid)) return this.#reject(refusedUnheard('mechanism'))
    this.#state = 'negotiating'
    this.#mechTypeList = mechTypeList
    this.#preferred = mechTypes[0] === this.#oid
    if (this.#preferred && mechToken !== undefined) return this.#advance(mechToken, undefined)
    return this.#respond({})
  }

  async #continue({
    negState,
    supportedMech,
    responseToken,
    mechListMic,
  }: NegTokenResp): Promise<AcceptorStep> {
    if (negState === 'reject') return this.#reject(this.#verdict ?? refusedUnheard('mechanism'))
    if (supportedMech !== undefined && supportedMech !== this.#oid) {
      return this.#reject(refusedUnheard('mechanism'))
    }
    if (this.#verdict !== undefined) return this.#conclude(this.#verdict, mechListMic)
    if (responseToken === undefined) throw malformed('A NegTokenResp has no responseToken.')
    return this.#advance(responseToken, mechListMic)
  }

  async #advance(token: Uint8Array, mechListMic: Uint8Array | undefined): Promise<AcceptorStep> {
    const { token: responseToken, verdict } = await this.#mechanism.step(token)
    if (verdict === undefined) return this.#respond({ responseToken })
    if (!verdict.accepted) return this.#reject(verdict)
    return this.#conclude(verdict, mechListMic)
  }

  /** Says which mechanism it is, once, and whether its choice has to be confirmed by signatures. */
  #respond(fields: Pick<NegTokenResp, 'responseToken' | 'mechListMic'>): AcceptorStep {
    const first = !this.#selected
    this.#selected = true
    return {
      token: encodeNegTokenResp({
        kind: 'resp',
        negState: first && !this.#preferred ? 'request-mic' : 'accept-incomplete',
        supportedMech: first ? this.#oid : undefined,
        ...fields,
      }),
    }
  }

  /** The mechanism is satisfied: what is left is the list that it was chosen from. */
  #conclude(verdict: AcceptorVerdict, received: Uint8Array | undefined): AcceptorStep {
    const { session } = this.#mechanism
    const canSign = session?.integrity === true
    if (received !== undefined && canSign) {
      try {
        session.verifyMechanismList(this.#mechTypeList, received)
      } catch {
        return this.#refuse(verdict, 'mech-list-mic')
      }
      return this.#accept(verdict, this.#verdict ? undefined : session.signMechanismList(this.#mechTypeList))
    }
    const needed = !this.#preferred || (canSign && this.#micPolicy === 'require')
    if (!needed) return this.#accept(verdict)
    if (!canSign || this.#verdict !== undefined) return this.#refuse(verdict, 'mech-list-mic-missing')
    // RFC 4178 5: this side's signature goes first, and the initiator's in a token of its own.
    this.#verdict = verdict
    this.#state = 'awaiting-mic'
    return this.#respond({ mechListMic: session.signMechanismList(this.#mechTypeList) })
  }

  #accept(verdict: AcceptorVerdict, mechListMic?: Uint8Array): AcceptorStep {
    this.#state = 'done'
    this.#accepted = true
    return { token: encodeNegTokenResp({ kind: 'resp', negState: 'accept-completed', mechListMic }), verdict }
  }

  #refuse(verdict: AcceptorVerdict, failed: FailedCheck): AcceptorStep {
    return this.#reject({ ...verdict, accepted: false, failed })
  }

  /** The same for every reason. */
  #reject(verdict: AcceptorVerdict): AcceptorStep {
    this.#state = 'done'
    return {
      token: encodeNegTokenResp({ kind: 'resp', negState: 'reject' }),
      verdict: verdict.accepted ? { ...verdict, accepted: false, failed: 'mechanism' } : verdict,
    }
  }
}
