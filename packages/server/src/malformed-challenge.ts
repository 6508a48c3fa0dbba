import { randomBytes } from 'node:crypto'

export const MALFORMED_CHALLENGES = [
  'truncated',
  'empty',
  'offset',
  'length',
  'signature',
  'type',
  'random',
  'not-base64',
] as const

/**
 * What can be wrong with a challenge: cut in the middle of its header, empty, a field whose offset or length lies
 * outside the message, another signature, another message type, random bytes, no base64 at all.
 */
export type MalformedChallenge = (typeof MALFORMED_CHALLENGES)[number]

/** Where the descriptors of a CHALLENGE stand ([MS-NLMP] 2.2.1.2): TargetName and TargetInfo. */
const TARGET_NAME_AT = 12
const TARGET_INFO_AT = 40

/** The text of a token, spoilt in the given way. */
export function spoil(token: Uint8Array, how: MalformedChallenge): string {
  const bytes = Buffer.from(token)
  switch (how) {
    case 'truncated':
      return bytes.subarray(0, 20).toString('base64')
    case 'empty':
      return ''
    case 'offset':
      // Large enough to wrap around where 32-bit sums are made of it.
      bytes.writeUInt32LE(0xffff_fff0, TARGET_INFO_AT + 4)
      return bytes.toString('base64')
    case 'length':
      bytes.writeUInt16LE(0xffff, TARGET_NAME_AT)
      return bytes.toString('base64')
    case 'signature':
      bytes.write('NTLMSSQ', 'latin1')
      return bytes.toString('base64')
    case 'type':
      bytes.writeUInt32LE(7, 8)
      return bytes.toString('base64')
    case 'random':
      return randomBytes(bytes.length).toString('base64')
    case 'not-base64':
      return '%%%not*base64%%%'
  }
}
