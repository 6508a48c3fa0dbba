import { isRawNtlm, messageType } from '@ntlmkit/core'

/** What of a handshake a request carries. */
export type Leg = 'none' | 'negotiate' | 'authenticate' | 'other'

/** The tag of a NegTokenInit with its GSS header; a NegTokenResp has another. */
const INITIAL_TOKEN = 0x60

export function legOf(authorization: string | undefined): Leg {
  if (authorization === undefined) return 'none'
  const [, scheme, token] = /^(NTLM|Negotiate) ([A-Za-z0-9+/]+=*)$/.exec(authorization) ?? []
  if (scheme === undefined) return 'other'
  const bytes = Buffer.from(token, 'base64')
  if (!isRawNtlm(bytes)) return bytes[0] === INITIAL_TOKEN ? 'negotiate' : 'authenticate'
  return messageType(bytes) === 1 ? 'negotiate' : 'authenticate'
}
