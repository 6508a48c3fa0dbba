import { timingSafeEqual } from 'node:crypto'
import type { AccountName } from '../credentials.js'
import { rc4 } from '../crypto/rc4.js'
import { malformed } from '../errors.js'
import { AV_FLAG_MIC, AvId, type AvPair, avFlags, findAvPair } from './av-pairs.js'
import { filetime } from './filetime.js'
import { Flag, hasFlags } from './flags.js'
import { type Entropy, SYSTEM_ENTROPY } from './initiator.js'
import {
  type AuthenticateMessage,
  decodeAuthenticate,
  decodeNegotiate,
  encodeChallenge,
  MIC_LENGTH,
  micOffset,
  ntlmV2ResponsePairs,
} from './messages.js'
import { hmacMd5, messageIntegrityCode, ntHashOf, ntowfV2, ntProofStr } from './response.js'

/** What an account store knows of an account. */
export type AccountSecret = { password: string } | { ntHash: Uint8Array }

/** Looks an account up by the names that were sent; undefined when there is none. */
export type AccountStore = (
  name: AccountName,
) => AccountSecret | undefined | Promise<AccountSecret | undefined>

/** The names an acceptor gives of itself in its target info ([MS-NLMP] 2.2.2.1). */
export interface TargetNames {
  netbiosDomain: string
  netbiosComputer: string
  dnsDomain?: string
  dnsComputer?: string
  dnsTree?: string
}

export interface NtlmAcceptorOptions {
  accounts: AccountStore
  names: TargetNames
  /** MsvAvTimestamp in the challenge: what makes an initiator send a MIC. Default: true. */
  timestamp?: boolean
  /** Whether the initiator must name the channel, may, or is not asked. Default: `'off'`. */
  channelBinding?: 'off' | 'accept' | 'require'
  /** The MsvAvChannelBindings of this connection's certificate, 16 bytes. */
  expectedBinding?: Uint8Array
  /** Default: the system's clock and `crypto.randomBytes`. */
  entropy?: Entropy
}

/** The check an initiator failed: for logs and tests, never for the wire. */
export type FailedCheck =
  | 'ntlm-v2'
  | 'account'
  | 'password'
  | 'target-info'
  | 'mic-missing'
  | 'mic'
  | 'channel-binding-missing'
  | 'channel-binding'

/** What an AUTHENTICATE said, whether it was believed or not. */
export interface AcceptorVerdict extends AccountName {
  accepted: boolean
  failed?: FailedCheck
  workstation: string
  /** Whether a MIC was announced. */
  mic: boolean
  /** MsvAvChannelBindings in hex; undefined when the pair is absent. */
  channelBinding?: string
  /** MsvAvTargetName. */
  targetName?: string
}

/** What an acceptor does next: send the token, or act on the verdict. */
export interface AcceptorStep {
  token?: Uint8Array
  verdict?: AcceptorVerdict
}

const NO_SECRET: AccountSecret = { ntHash: Buffer.alloc(16) }

/** The acceptor of [MS-NLMP] 3.2, connection-oriented: the first step takes the NEGOTIATE, the second the AUTHENTICATE. */
export class NtlmAcceptor {
  readonly #options: NtlmAcceptorOptions
  readonly #entropy: Entropy
  #negotiate: Uint8Array | undefined
  #challenge: Buffer = Buffer.alloc(0)
  #serverChallenge: Uint8Array = Buffer.alloc(0)
  #targetInfo: AvPair[] = []
  #done = false

  constructor(options: NtlmAcceptorOptions) {
    this.#options = options
    this.#entropy = options.entropy ?? SYSTEM_ENTROPY
  }

  /** @throws {NtlmError} ERR_NTLM_BAD_CHALLENGE for a message that is malformed or out of turn. */
  async step(token: Uint8Array): Promise<AcceptorStep> {
    if (this.#done) throw malformed('A message came after the AUTHENTICATE.')
    if (this.#negotiate === undefined) {
      this.#challenge = this.#answer(token)
      this.#negotiate = token
      return { token: this.#challenge }
    }
    this.#done = true
    return { verdict: await this.#verify(decodeAuthenticate(token), token, this.#negotiate) }
  }

  /** [MS-NLMP] 3.2.5.1.1. */
  #answer(token: Uint8Array): Buffer {
    const offered = decodeNegotiate(token).flags
    this.#serverChallenge = this.#entropy.randomBytes(8)
    this.#targetInfo = this.#describeTarget()
    const agreed = offered & AGREEABLE
    const unicode = hasFlags(offered, Flag.NEGOTIATE_UNICODE)
    const flags =
      (agreed & ~(unicode ? Flag.NEGOTIATE_OEM : 0)) | Flag.NEGOTIATE_TARGET_INFO | Flag.TARGET_TYPE_DOMAIN
    return encodeChallenge({
      flags: flags >>> 0,
      targetName: this.#options.names.netbiosDomain,
      serverChallenge: this.#serverChallenge,
      targetInfo: this.#targetInfo,
      version: hasFlags(offered, Flag.NEGOTIATE_VERSION) ? VERSION : undefined,
    })
  }

  #describeTarget(): AvPair[] {
    const { names, timestamp = true } = this.#options
    const pairs: AvPair[] = []
    const add = (id: number, name: string | undefined) => {
      if (name) pairs.push({ id, value: Buffer.from(name, 'utf16le') })
    }
    add(AvId.NB_DOMAIN_NAME, names.netbiosDomain)
    add(AvId.NB_COMPUTER_NAME, names.netbiosComputer)
    add(AvId.DNS_DOMAIN_NAME, names.dnsDomain)
    add(AvId.DNS_COMPUTER_NAME, names.dnsComputer)
    add(AvId.DNS_TREE_NAME, names.dnsTree)
    if (timestamp) pairs.push({ id: AvId.TIMESTAMP, value: filetime(this.#entropy.now()) })
    return pairs
  }

  /** [MS-NLMP] 3.2.5.1.2. */
  async #verify(
    message: AuthenticateMessage,
    token: Uint8Array,
    negotiate: Uint8Array,
  ): Promise<AcceptorVerdict> {
    const pairs = ntlmV2ResponsePairs(message.ntResponse) ?? []
    const verdict = describe(message, pairs)
    const refuse = (failed: FailedCheck): AcceptorVerdict => ({ ...verdict, accepted: false, failed })
    if (message.ntResponse.length <= 24) return refuse('ntlm-v2')

    const found = await this.#options.accounts({ user: message.user, domain: message.domain })
    const key = this.#provenKey(message, found ?? NO_SECRET)
    if (found === undefined) return refuse('account')
    if (key === undefined) return refuse('password')
    if (!this.#echoesTarget(pairs)) return refuse('target-info')

    const exported = exportedSessionKey(message, hmacMd5(key, message.ntResponse.subarray(0, 16)))
    const micFault = this.#micFault(message, exported, token, negotiate)
    if (micFault) return refuse(micFault)
    const bindingFault = this.#bindingFault(pairs)
    if (bindingFault) return refuse(bindingFault)
    return verdict
  }

  /** The NTOWFv2 that the response proves: initiators differ in how they write the domain into it. */
  #provenKey({ user, domain, ntResponse }: AuthenticateMessage, secret: AccountSecret): Buffer | undefined {
    const ntHash = 'ntHash' in secret ? secret.ntHash : ntHashOf(secret.password)
    const proof = ntResponse.subarray(0, 16)
    const temp = ntResponse.subarray(16)
    return [domain, domain.toUpperCase(), '']
      .map((name) => ntowfV2(ntHash, user, name))
      .find((key) => timingSafeEqual(ntProofStr(key, this.#serverChallenge, temp), proof))
  }

  /** Every pair of the challenge comes back as it was, but for the flags, to which the initiator adds. */
  #echoesTarget(pairs: readonly AvPair[]): boolean {
    return this.#targetInfo.every(({ id, value }) => {
      const echoed = findAvPair(pairs, id)
      return echoed !== undefined && Buffer.compare(echoed, value) === 0
    })
  }

  #micFault(
    message: AuthenticateMessage,
    key: Uint8Array,
    token: Uint8Array,
    negotiate: Uint8Array,
  ): FailedCheck | undefined {
    if (message.mic === undefined) return this.#options.timestamp === false ? undefined : 'mic-missing'
    const zeroed = Buffer.from(token)
    const offset = micOffset(token)
    zeroed.fill(0, offset, offset + MIC_LENGTH)
    const expected = messageIntegrityCode(key, negotiate, this.#challenge, zeroed)
    return timingSafeEqual(expected, message.mic) ? undefined : 'mic'
  }

  #bindingFault(pairs: readonly AvPair[]): FailedCheck | undefined {
    const { channelBinding = 'off', expectedBinding } = this.#options
    if (channelBinding === 'off' || expectedBinding === undefined) return undefined
    const sent = findAvPair(pairs, AvId.CHANNEL_BINDINGS)
    if (sent === undefined) return channelBinding === 'require' ? 'channel-binding-missing' : undefined
    return timingSafeEqual(sent, expectedBinding) ? undefined : 'channel-binding'
  }
}

const VERSION = Buffer.from([10, 0, 0, 0, 0, 0, 0, 0x0f])

/** What this acceptor agrees to when the initiator offers it. */
const AGREEABLE =
  Flag.NEGOTIATE_UNICODE |
  Flag.NEGOTIATE_OEM |
  Flag.REQUEST_TARGET |
  Flag.NEGOTIATE_SIGN |
  Flag.NEGOTIATE_SEAL |
  Flag.NEGOTIATE_NTLM |
  Flag.NEGOTIATE_ALWAYS_SIGN |
  Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY |
  Flag.NEGOTIATE_VERSION |
  Flag.NEGOTIATE_128 |
  Flag.NEGOTIATE_KEY_EXCH |
  Flag.NEGOTIATE_56

function describe(message: AuthenticateMessage, pairs: readonly AvPair[]): AcceptorVerdict {
  const binding = findAvPair(pairs, AvId.CHANNEL_BINDINGS)
  const targetName = findAvPair(pairs, AvId.TARGET_NAME)
  return {
    accepted: true,
    user: message.user,
    domain: message.domain,
    workstation: message.workstation,
    mic: (avFlags(pairs) & AV_FLAG_MIC) !== 0,
    channelBinding: binding && Buffer.from(binding).toString('hex'),
    targetName: targetName && Buffer.from(targetName).toString('utf16le'),
  }
}

function exportedSessionKey(message: AuthenticateMessage, sessionBaseKey: Buffer): Buffer {
  const { flags, encryptedRandomSessionKey: encrypted } = message
  if (!hasFlags(flags, Flag.NEGOTIATE_KEY_EXCH) || encrypted.length !== 16) return sessionBaseKey
  return rc4(sessionBaseKey, encrypted)
}
