import { randomBytes } from 'node:crypto'
import type { Credential } from '../credentials.js'
import { malformed, NtlmError } from '../errors.js'
import type { SecurityContext, SecurityContextStep } from '../security-context.js'
import { AV_FLAG_MIC, AvId, type AvPair, avFlags, encodeAvPairs, findAvPair } from './av-pairs.js'
import { filetime } from './filetime.js'
import { Flag, flagNames, HTTP_FLAGS, hasFlags, NTLM_V2_FLAGS } from './flags.js'
import {
  type AuthenticateMessage,
  type ChallengeMessage,
  decodeChallenge,
  encodeAuthenticate,
  encodeNegotiate,
  MIC_LENGTH,
  MIC_OFFSET,
} from './messages.js'
import { lmV2Response, messageIntegrityCode, ntlmV2Response } from './response.js'

/** Windows 10, NTLMSSP revision 15 ([MS-NLMP] 2.2.2.10); nothing reads it but a protocol analyser. */
const VERSION = Buffer.from([10, 0, 0, 0, 0, 0, 0, 0x0f])
const EMPTY = Buffer.alloc(0)

/** Where an initiator takes time and chance from: fixed in tests, so that whole messages can be compared. */
export interface Entropy {
  /** Milliseconds since 1970. Default: `Date.now`. */
  now(): number
  /** Default: `crypto.randomBytes`. */
  randomBytes(size: number): Uint8Array
}

export const SYSTEM_ENTROPY: Entropy = { now: Date.now, randomBytes }

export interface NtlmInitiatorOptions {
  credential: Credential
  /** MsvAvTargetName: the service principal name, `HTTP/host`. Default: the pair is left out. */
  targetName?: string
  /** MsvAvChannelBindings: 16 bytes from `channelBindingHash`. Default: the pair is left out. */
  channelBinding?: Uint8Array
  /** The name of this machine. Default: empty, as log-on-to restrictions and privacy want it. */
  workstation?: string
  /** Default: the system's clock and `crypto.randomBytes`. */
  entropy?: Entropy
}

/**
 * The initiator of [MS-NLMP] 3.1, connection-oriented: NTLMv2 only, with a MIC whenever the challenge has a
 * timestamp. The first step gives the NEGOTIATE, the second takes the CHALLENGE and gives the AUTHENTICATE.
 */
export class NtlmInitiator implements SecurityContext {
  readonly #options: NtlmInitiatorOptions
  readonly #entropy: Entropy
  #negotiate: Buffer | undefined
  #complete = false

  constructor(options: NtlmInitiatorOptions) {
    this.#options = options
    this.#entropy = options.entropy ?? SYSTEM_ENTROPY
  }

  /**
   * @throws {NtlmError} ERR_NTLM_BAD_CHALLENGE, or ERR_NTLM_DOWNGRADE for a server that leaves NTLMv1 only.
   */
  step(token?: Uint8Array): SecurityContextStep {
    if (this.#negotiate === undefined) {
      this.#negotiate = encodeNegotiate({ flags: HTTP_FLAGS, domain: '', workstation: '', version: VERSION })
      return { token: this.#negotiate, complete: false }
    }
    if (token === undefined) throw malformed('The CHALLENGE is missing.')
    if (this.#complete) throw malformed('A CHALLENGE came after the AUTHENTICATE.')
    const authenticate = this.#authenticate(this.#negotiate, token)
    this.#complete = true
    return { token: authenticate, complete: true }
  }

  /** [MS-NLMP] 3.1.5.1.2. */
  #authenticate(negotiate: Buffer, challengeBytes: Uint8Array): Buffer {
    const challenge = decodeChallenge(challengeBytes)
    refuseDowngrade(challenge)
    const { credential, workstation = '' } = this.#options
    const offered = challenge.targetInfo ?? []
    const timestamp = findAvPair(offered, AvId.TIMESTAMP)
    const key = credential.ntowfV2()
    const { serverChallenge } = challenge
    const clientChallenge = this.#entropy.randomBytes(8)
    const { ntResponse, sessionBaseKey } = ntlmV2Response({
      key,
      serverChallenge,
      clientChallenge,
      timestamp: timestamp ?? filetime(this.#entropy.now()),
      targetInfo: encodeAvPairs(this.#targetInfo(offered, timestamp !== undefined)),
    })

    const message: AuthenticateMessage = {
      flags: agreedFlags(HTTP_FLAGS, challenge.flags),
      lmResponse: timestamp ? Buffer.alloc(24) : lmV2Response(key, serverChallenge, clientChallenge),
      ntResponse,
      domain: credential.domain,
      user: credential.user,
      workstation,
      encryptedRandomSessionKey: EMPTY,
    }
    if (hasFlags(message.flags, Flag.NEGOTIATE_VERSION)) message.version = VERSION
    if (timestamp === undefined) return encodeAuthenticate(message)

    const authenticate = encodeAuthenticate({ ...message, mic: Buffer.alloc(MIC_LENGTH) })
    authenticate.set(
      messageIntegrityCode(sessionBaseKey, negotiate, challengeBytes, authenticate),
      MIC_OFFSET,
    )
    return authenticate
  }

  /**
   * The challenge's pairs as they came, and ours. A target name or binding that the challenge brings is dropped:
   * the server reads the first pair of an id, and these two are this side's to say.
   */
  #targetInfo(offered: readonly AvPair[], mic: boolean): AvPair[] {
    const { channelBinding, targetName } = this.#options
    const pairs = offered.filter(({ id }) => id !== AvId.CHANNEL_BINDINGS && id !== AvId.TARGET_NAME)
    if (mic) announceMic(pairs)
    if (channelBinding) pairs.push({ id: AvId.CHANNEL_BINDINGS, value: channelBinding })
    if (targetName !== undefined)
      pairs.push({ id: AvId.TARGET_NAME, value: Buffer.from(targetName, 'utf16le') })
    return pairs
  }
}

/** Sets the bit in the MsvAvFlags that are there, or adds them: never a second pair (CVE-2019-1166). */
function announceMic(pairs: AvPair[]): void {
  const value = Buffer.alloc(4)
  value.writeUInt32LE((avFlags(pairs) | AV_FLAG_MIC) >>> 0)
  const existing = pairs.findIndex(({ id }) => id === AvId.FLAGS)
  if (existing < 0) pairs.push({ id: AvId.FLAGS, value })
  else pairs[existing] = { id: AvId.FLAGS, value }
}

/** What both sides said, and the character set that the server chose. */
function agreedFlags(ours: number, theirs: number): number {
  const agreed = theirs & (ours | Flag.NEGOTIATE_TARGET_INFO)
  const charset = theirs & Flag.NEGOTIATE_UNICODE ? Flag.NEGOTIATE_UNICODE : Flag.NEGOTIATE_OEM
  return (agreed | charset) >>> 0
}

function refuseDowngrade({ flags }: ChallengeMessage): void {
  if (hasFlags(flags, NTLM_V2_FLAGS)) return
  const missing = flagNames(NTLM_V2_FLAGS & ~flags).join(' and ')
  throw new NtlmError('ERR_NTLM_DOWNGRADE', `The challenge leaves NTLMv1 only: ${missing} is missing.`, {
    phase: 'challenge',
    hint: 'The server is too old or set to NTLMv1, or somebody between took the flag away: let the server do NTLMv2.',
  })
}
