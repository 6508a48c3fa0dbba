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
 * The ways in which a challenge can be wrong: cut in the middle of its header, empty, a field whose offset or length lies
 * outside the message, another signature, another message type, random bytes, no base64 at all.
 */
export type MalformedChallenge = (typeof MALFORMED_CHALLENGES)[number]

const SIGNATURE = 'NTLMSSP\0'
/** Where the descriptors of a CHALLENGE stand ([MS-NLMP] 2.2.1.2): TargetName and TargetInfo. */
const DESCRIPTORS = [12, 40]

/** The text of a token, spoilt in the given way. */
export function spoil(token: Uint8Array, how: MalformedChallenge): string {
  if (how === 'empty') return ''
  if (how === 'not-base64') return '%%%not*base64%%%'
  if (how === 'random') return randomBytes(token.length).toString('base64')
  if (how === 'truncated') return Buffer.from(token).subarray(0, 20).toString('base64')
  const bytes = Buffer.from(token)
  // Within SPNEGO it does not begin at 0.
  spoilChallenge(bytes.subarray(Math.max(0, bytes.indexOf(SIGNATURE, 0, 'latin1'))), how)
  return bytes.toString('base64')
}

function spoilChallenge(challenge: Buffer, how: 'offset' | 'length' | 'signature' | 'type'): void {
  if (how === 'signature') challenge.write('NTLMSSQ', 'latin1')
  else if (how === 'type') challenge.writeUInt32LE(7, 8)
  else if (how === 'length') for (const at of DESCRIPTORS) challenge.writeUInt16LE(0xffff, at)
  // Large enough to wrap around where 32-bit sums are made of it.
  else for (const at of DESCRIPTORS) challenge.writeUInt32LE(0xffff_fff0, at + 4)
}
