import { messageType, NtlmError, parseChallenges, type Scheme } from '@ntlmkit/core'

/** A token a request carries, and whether it begins a handshake or goes on with one. */
export interface OfferedToken {
  scheme: Scheme
  bytes: Buffer
  /** Undefined for bytes that are neither. */
  kind: 'first' | 'next' | undefined
}

/** Tags of RFC 2743 3.1 and RFC 4178 4.2: a NegTokenInit in its GSS wrapping, and a NegTokenResp. */
const NEG_TOKEN_INIT = 0x60
const NEG_TOKEN_RESP = 0xa1

/** The token of an Authorization or Proxy-Authorization field; undefined for other schemes and for none. */
export function offeredToken(field: string | undefined): OfferedToken | undefined {
  const credentials = parseChallenges(field).at(0)
  const scheme = credentials?.scheme
  if (scheme !== 'ntlm' && scheme !== 'negotiate') return undefined
  const bytes = Buffer.from(credentials?.token ?? '', 'base64')
  return { scheme, bytes, kind: kindOf(bytes, scheme) }
}

function kindOf(bytes: Buffer, scheme: Scheme): OfferedToken['kind'] {
  if (scheme === 'negotiate' && bytes[0] === NEG_TOKEN_INIT) return 'first'
  if (scheme === 'negotiate' && bytes[0] === NEG_TOKEN_RESP) return 'next'
  try {
    const type = messageType(bytes)
    if (type === 2) return undefined
    return type === 1 ? 'first' : 'next'
  } catch (error) {
    if (error instanceof NtlmError) return undefined
    throw error
  }
}
