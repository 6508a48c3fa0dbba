import {
  AvId,
  type AvPair,
  type ChallengeMessage,
  encodeChallenge,
  encodeNegTokenResp,
  Flag,
  type NegTokenResp,
  NTLM_OID,
} from '@ntlmkit/core'

/** What Windows Server answers a client of ours. */
export const USUAL_FLAGS = 0xe28a8235

const utf16 = (text: string) => Buffer.from(text, 'utf16le')

export const NAMES: readonly AvPair[] = [
  { id: AvId.NB_DOMAIN_NAME, value: utf16('LAB') },
  { id: AvId.NB_COMPUTER_NAME, value: utf16('SERVER') },
]
export const TIMESTAMP: AvPair = { id: AvId.TIMESTAMP, value: Buffer.alloc(8, 0x21) }

/** Where TargetInfoFields stand ([MS-NLMP] 2.2.1.2). */
const TARGET_INFO_FIELDS = 40

let issued = 0

/** A CHALLENGE in which nothing is wrong but what the options say; no two have the same nonce. */
export function challengeBytes(options: Partial<ChallengeMessage> = {}): Buffer {
  const { flags = USUAL_FLAGS } = options
  const serverChallenge = Buffer.alloc(8)
  serverChallenge.writeUInt32LE(++issued)
  const has = (flag: number) => (flags & flag) !== 0
  return encodeChallenge({
    flags,
    targetName: 'LAB',
    serverChallenge,
    targetInfo: has(Flag.NEGOTIATE_TARGET_INFO) ? [...NAMES, TIMESTAMP] : undefined,
    version: has(Flag.NEGOTIATE_VERSION) ? Buffer.alloc(8) : undefined,
    ...options,
  })
}

/** A CHALLENGE with these bytes for its target info, whatever they are. */
export function challengeAround(targetInfo: Uint8Array): Buffer {
  const start = challengeBytes({ targetInfo: undefined })
  const message = Buffer.concat([start, targetInfo])
  return pointAt(message, targetInfo.length, start.length)
}

/** The same CHALLENGE, whose TargetInfoFields say something else. */
export function pointAt(challenge: Buffer, length: number, offset: number): Buffer {
  const message = Buffer.from(challenge)
  message.writeUInt16LE(length, TARGET_INFO_FIELDS)
  message.writeUInt16LE(length, TARGET_INFO_FIELDS + 2)
  message.writeUInt32LE(offset, TARGET_INFO_FIELDS + 4)
  return message
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

/** A field of WWW-Authenticate: the scheme and a token. */
export const offer = (scheme: string, token: Uint8Array) => `${scheme} ${base64(token)}`

/** `NTLM <CHALLENGE>`. */
export function ntlmChallenge(options: Partial<ChallengeMessage> = {}): string {
  return offer('NTLM', challengeBytes(options))
}

/** `Negotiate <NegTokenResp>`, by default with a CHALLENGE inside and more to come. */
export function negotiateChallenge(token: Partial<NegTokenResp> = {}): string {
  const response: NegTokenResp = {
    kind: 'resp',
    negState: 'accept-incomplete',
    supportedMech: NTLM_OID,
    responseToken: challengeBytes(),
    ...token,
  }
  return offer('Negotiate', encodeNegTokenResp(response))
}
