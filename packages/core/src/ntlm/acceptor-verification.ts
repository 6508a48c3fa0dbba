import { timingSafeEqual } from 'node:crypto'
import type { NtlmAcceptorOptions } from './acceptor-options.js'
import { accountHashes, isGuest, usable } from './accounts.js'
import { AvId, type AvPair, findAvPair } from './av-pairs.js'
import { receiveKey } from './key-exchange.js'
import {
  type AuthenticateMessage,
  type ChallengeMessage,
  decodeAuthenticate,
  MIC_LENGTH,
  micOffset,
  ntlmV2ResponsePairs,
} from './messages.js'
import { LM_FLAGS } from './negotiation.js'
import { provenKey, responseKind } from './proof.js'
import { messageIntegrityCode } from './response.js'
import { missingServices } from './services.js'
import { echoesTargetInfo } from './target-info.js'
import { type AcceptorVerdict, describe, type FailedCheck, type ResponseKind } from './verdict.js'

/** The conversation an AUTHENTICATE ends. */
export interface Conversation {
  challenge: ChallengeMessage
  /** The messages before the AUTHENTICATE as they went over the wire: what the MIC is over. */
  transcript: readonly Uint8Array[]
}

/** The verdict, and the session key where it is a good one. */
export interface Verification {
  verdict: AcceptorVerdict
  /** The flags both sides agreed on. */
  flags: number
  exportedSessionKey?: Buffer
}

/**
 * Checks an AUTHENTICATE ([MS-NLMP] 3.2.5.1.2, connectionless 3.2.5.2.2).
 *
 * @throws {NtlmError} ERR_NTLM_BAD_CHALLENGE for bytes that are no such message.
 */
export async function verifyAuthenticate(
  token: Uint8Array,
  { challenge, transcript }: Conversation,
  options: NtlmAcceptorOptions,
): Promise<Verification> {
  const message = decodeAuthenticate(token)
  const flags = (message.flags & challenge.flags) >>> 0
  const kind = responseKind(message, flags)
  const pairs = (kind === 'ntlm-v2' && ntlmV2ResponsePairs(message.ntResponse)) || []
  const verdict = describe(message, pairs, kind)
  const refuse = (failed: FailedCheck): Verification => ({
    flags,
    verdict: { ...verdict, accepted: false, failed },
  })

  if (kind === undefined || !isAllowed(kind, options)) return refuse(kind === 'anonymous' ? kind : 'ntlm-v2')
  const proof = await proveIdentity(message, kind, flags, challenge, options)
  verdict.guest = proof.guest
  if (proof.failed !== undefined) return refuse(proof.failed)
  if (kind === 'ntlm-v2' && !echoesTargetInfo(challenge.targetInfo ?? [], pairs)) return refuse('target-info')
  const key = receiveKey(flags, proof.keyExchangeKey, message.encryptedRandomSessionKey)
  if (key === undefined) return refuse('session-key')

  const timestamped = findAvPair(challenge.targetInfo ?? [], AvId.TIMESTAMP) !== undefined
  const needsMic = kind === 'ntlm-v2' && timestamped && options.mic !== 'accept'
  const failed =
    micFault(message, key, token, transcript, needsMic) ??
    bindingFault(pairs, options) ??
    targetNameFault(verdict.targetName, options) ??
    servicesFault(kind, flags, options)
  return failed === undefined ? { verdict, flags, exportedSessionKey: key } : refuse(failed)
}

type Proof = { guest?: boolean } & ({ failed: FailedCheck } | { failed?: undefined; keyExchangeKey: Buffer })

/** The check that the initiator knows the secret of the account it names; nobody has to know that of an anonymous user. */
async function proveIdentity(
  message: AuthenticateMessage,
  kind: ResponseKind,
  flags: number,
  challenge: ChallengeMessage,
  options: NtlmAcceptorOptions,
): Promise<Proof> {
  const account = { user: message.user, domain: message.domain }
  const anonymous = kind === 'anonymous'
  const secret = anonymous ? undefined : usable(await options.accounts(account))
  const hashes = accountHashes(secret, options.legacy)
  // Before anything is said of the account: an unknown one takes as long as a wrong password.
  const keyExchangeKey = provenKey(message, kind, flags, hashes, challenge.serverChallenge)
  if (secret === undefined && !anonymous) return { failed: 'account' }
  const guest = secret && isGuest(account, secret)
  if (keyExchangeKey === undefined) return { guest, failed: 'password' }
  if (guest && options.allow?.guest !== true) return { guest, failed: 'guest' }
  const needsLmHash = kind === 'ntlm-v1' && (flags & LM_FLAGS) !== 0 && hashes.lmHash === undefined
  return needsLmHash ? { guest, failed: 'session-key' } : { guest, keyExchangeKey }
}

function isAllowed(kind: ResponseKind, { allow, legacy }: NtlmAcceptorOptions): boolean {
  if (kind === 'anonymous') return allow?.anonymous === true
  return kind === 'ntlm-v2' || legacy?.ntlmV1 === true
}

function micFault(
  message: AuthenticateMessage,
  key: Uint8Array,
  token: Uint8Array,
  transcript: readonly Uint8Array[],
  required: boolean,
): FailedCheck | undefined {
  if (message.mic === undefined) return required ? 'mic-missing' : undefined
  const zeroed = Buffer.from(token)
  const offset = micOffset(token)
  zeroed.fill(0, offset, offset + MIC_LENGTH)
  const expected = messageIntegrityCode(key, ...transcript, zeroed)
  return timingSafeEqual(expected, message.mic) ? undefined : 'mic'
}

/** Only a plain yes is one: a promise, of a function that should not be asynchronous, is no answer. */
function targetNameFault(name: string | undefined, { spn }: NtlmAcceptorOptions): FailedCheck | undefined {
  return spn === undefined || spn(name) === true ? undefined : 'target-name'
}

/** An anonymous context has a key that everybody knows, and so no services. */
function servicesFault(
  kind: ResponseKind,
  flags: number,
  { services }: NtlmAcceptorOptions,
): FailedCheck | undefined {
  const granted = missingServices(services, flags) === 0 && (kind !== 'anonymous' || services === undefined)
  return granted ? undefined : 'services'
}

const NO_BINDING = Buffer.alloc(16)

/**
 * Without TLS, initiators say "none" in two ways: by no pair, and by 16 zero bytes. `'require'` is not met by either:
 * where there is no binding to compare with, nobody can name the channel.
 */
function bindingFault(
  pairs: readonly AvPair[],
  { channelBinding = 'off', expectedBinding }: NtlmAcceptorOptions,
): FailedCheck | undefined {
  if (channelBinding === 'off') return undefined
  const sent = findAvPair(pairs, AvId.CHANNEL_BINDINGS)
  const required = channelBinding === 'require'
  if (required && (sent === undefined || expectedBinding === undefined)) return 'channel-binding-missing'
  if (sent === undefined) return undefined
  return timingSafeEqual(sent, expectedBinding ?? NO_BINDING) ? undefined : 'channel-binding'
}
