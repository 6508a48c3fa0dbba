import type { Credential } from '../credentials.js'
import { badOption, malformed } from '../errors.js'
import { checkFieldLength } from '../field-length.js'
import { ownOptions } from '../own-options.js'
import type { SecurityContext, SecurityContextStep } from '../security-context.js'
import { type Entropy, SYSTEM_ENTROPY } from './entropy.js'
import { Flag, hasFlags } from './flags.js'
import { type ChallengeResponse, isAnsweredByV1, respondTo } from './initiator-response.js'
import { type ExchangedKey, sendKey } from './key-exchange.js'
import type { LegacyOptions } from './legacy.js'
import {
  type ChallengeMessage,
  decodeChallenge,
  encodeAuthenticate,
  encodeNegotiate,
  MIC_LENGTH,
  MIC_OFFSET,
} from './messages.js'
import { agreedFlags, LM_FLAGS, offeredFlags, VERSION } from './negotiation.js'
import { messageIntegrityCode } from './response.js'
import { requireServices, type SessionServices } from './services.js'
import { SessionSecurity } from './session-security.js'
import { requireComputerAndDomain } from './target-info.js'

/** The identity of an initiator, its counterpart, and the services it wants. */
export interface NtlmInitiatorOptions {
  /** The account to be; `'anonymous'` proves nothing and has no session security. */
  credential: Credential | 'anonymous'
  /** MsvAvTargetName: the service principal name, `HTTP/host`. Default: the pair is left out. */
  targetName?: string | undefined
  /** MsvAvChannelBindings: 16 bytes from `channelBindingHash`. Default: the pair is left out. */
  channelBinding?: Uint8Array | undefined
  /** The name of this machine. Default: empty, as log-on-to restrictions and privacy want it. */
  workstation?: string | undefined
  /** The services that the messages after the handshake need. Default: none, and there is no `session`. */
  services?: SessionServices | undefined
  /** `{ ntlmV1: true }` answers a challenge without target info with NTLMv1. Default: NTLMv2 always. */
  legacy?: LegacyOptions | undefined
  /** Default: the system's clock and random bytes. */
  entropy?: Entropy | undefined
}

const ZERO_MIC = Buffer.alloc(MIC_LENGTH)
const ANONYMOUS = { user: '', domain: '' }

/**
 * The initiator of [MS-NLMP] 3.1: NTLMv2 with a MIC whenever the challenge has a timestamp. Connection-oriented, the
 * first step gives the NEGOTIATE and the second takes the CHALLENGE and gives the AUTHENTICATE; connectionless
 * (`services.datagram`), the first step takes the CHALLENGE.
 */
export class NtlmInitiator implements SecurityContext<SecurityContextStep> {
  readonly #options: NtlmInitiatorOptions
  readonly #entropy: Entropy
  readonly #offered: number
  #negotiate: Buffer | undefined
  #complete = false
  #session: SessionSecurity | undefined

  /**
   * @throws {NtlmError} ERR_NTLM_CONFIG for an anonymous user who asks for services: there is no key for them; and for a
   *   name that is longer than its field can be.
   */
  constructor(given: NtlmInitiatorOptions) {
    const options = ownOptions(given, 'services', 'legacy')
    const { credential, services, legacy, entropy = SYSTEM_ENTROPY } = options
    if (credential === 'anonymous' && services !== undefined) {
      throw badOption('An anonymous context has no services.', 'Leave services out, or give a credential.')
    }
    checkFieldLength('workstation', options.workstation ?? '')
    checkFieldLength('targetName', options.targetName ?? '')
    this.#options = options
    this.#entropy = entropy
    this.#offered = offeredFlags(services, knowsLmHash(credential, legacy))
  }

  /** The protection of the application's messages: there once complete, if `services` were asked for. */
  get session(): SessionSecurity | undefined {
    return this.#session
  }

  /**
   * @throws {NtlmError} ERR_NTLM_BAD_CHALLENGE, or ERR_NTLM_DOWNGRADE for a challenge that does not grant a service, or
   *   takes Unicode from a name outside ASCII.
   */
  step(token?: Uint8Array): SecurityContextStep {
    const connectionless = this.#options.services?.datagram === true
    if (this.#negotiate === undefined && !connectionless) {
      this.#negotiate = encodeNegotiate({
        flags: this.#offered,
        domain: '',
        workstation: '',
        version: VERSION,
      })
      return { token: this.#negotiate, complete: false }
    }
    if (token === undefined) throw malformed('The CHALLENGE is missing.')
    if (this.#complete) throw malformed('A CHALLENGE came after the AUTHENTICATE.')
    const authenticate = this.#authenticate(token)
    this.#complete = true
    return { token: authenticate, complete: true }
  }

  /** [MS-NLMP] 3.1.5.1.2 and, connectionless, 3.1.5.2.1. */
  #authenticate(challengeBytes: Uint8Array): Buffer {
    const { credential, services, targetName, channelBinding, legacy } = this.#options
    const entropy = this.#entropy
    const challenge = decodeChallenge(challengeBytes)
    const flags = this.#agree(challenge)
    const response = respondTo(challenge, flags, credential, { targetName, channelBinding, legacy, entropy })
    const key = sendKey(flags, response.keyExchangeKey, entropy)
    const authenticate = this.#encode(flags, response, key)
    if (response.mic) {
      const mic =
        this.#negotiate === undefined
          ? messageIntegrityCode(key.exportedSessionKey, challengeBytes, authenticate)
          : messageIntegrityCode(key.exportedSessionKey, this.#negotiate, challengeBytes, authenticate)
      authenticate.set(mic, MIC_OFFSET)
    }
    if (services !== undefined) {
      this.#session = new SessionSecurity({ ...key, flags, role: 'initiator' })
    }
    return authenticate
  }

  #agree(challenge: ChallengeMessage): number {
    const { credential, services, legacy } = this.#options
    const willing = knowsLmHash(credential, legacy) ? this.#offered | LM_FLAGS : this.#offered
    const flags = agreedFlags(willing, challenge.flags)
    if (credential === 'anonymous') return (flags | Flag.ANONYMOUS) >>> 0
    requireServices(services, flags, legacy)
    const protects = (flags & (Flag.NEGOTIATE_SIGN | Flag.NEGOTIATE_SEAL)) !== 0
    if (protects && !isAnsweredByV1(challenge, legacy)) requireComputerAndDomain(challenge.targetInfo ?? [])
    return flags
  }

  #encode(flags: number, response: ChallengeResponse, key: ExchangedKey): Buffer {
    const { credential, workstation = '' } = this.#options
    const { user, domain } = credential === 'anonymous' ? ANONYMOUS : credential
    return encodeAuthenticate({
      flags,
      lmResponse: response.lmResponse,
      ntResponse: response.ntResponse,
      domain,
      user,
      workstation,
      encryptedRandomSessionKey: key.encryptedRandomSessionKey,
      version: hasFlags(flags, Flag.NEGOTIATE_VERSION) ? VERSION : undefined,
      mic: response.mic ? ZERO_MIC : undefined,
    })
  }
}

function knowsLmHash(credential: Credential | 'anonymous', legacy: LegacyOptions | undefined): boolean {
  const wanted = legacy?.ntlmV1 === true && legacy.lm === true
  return wanted && credential !== 'anonymous' && credential.lmowfV1() !== undefined
}
