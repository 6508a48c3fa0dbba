const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1')
/** By MessageType, which is the byte behind the signature ([MS-NLMP] 2.2.1). */
const MESSAGES: readonly (Message | undefined)[] = [undefined, 'NEGOTIATE', 'CHALLENGE', 'AUTHENTICATE']

/** Tags of RFC 2743 3.1 and RFC 4178 4.2: a NegTokenInit in its GSS wrapping, and a NegTokenResp. */
const NEG_TOKEN_INIT = 0x60
const NEG_TOKEN_RESP = 0xa1

/** The NTLM messages ([MS-NLMP] 1.3.1). */
export type Message = 'NEGOTIATE' | 'CHALLENGE' | 'AUTHENTICATE'

/** A leg of the handshake as a request carries it; `other` for foreign credentials and for what no client says. */
export type HandshakeLeg = 'NEGOTIATE' | 'AUTHENTICATE' | 'none' | 'other'

/** The leg in a request's Authorization field, of either scheme, raw or in SPNEGO. */
export function legOf(authorization: string | undefined): HandshakeLeg {
  if (authorization === undefined) return 'none'
  const [, base64] = /^(?:NTLM|Negotiate) +([A-Za-z0-9+/]+=*)$/i.exec(authorization) ?? []
  if (base64 === undefined) return 'other'
  const token = Buffer.from(base64, 'base64')
  if (withoutSpnego(token) === undefined) return legWithoutNtlm(token)
  const message = messageOf(token)
  return message === 'NEGOTIATE' || message === 'AUTHENTICATE' ? message : 'other'
}

/** The NTLM message that a token is or contains. */
export function messageOf(token: Buffer): Message | undefined {
  return MESSAGES[withoutSpnego(token)?.[SIGNATURE.length] ?? 0]
}

/** The bytes of a token from its NTLM message on. */
export function withoutSpnego(token: Buffer): Buffer | undefined {
  const start = token.indexOf(SIGNATURE)
  return start < 0 ? undefined : token.subarray(start)
}

/** A NegTokenInit begins a handshake, a NegTokenResp goes on with one, also where they offer another mechanism. */
function legWithoutNtlm(token: Buffer): HandshakeLeg {
  if (token[0] === NEG_TOKEN_INIT) return 'NEGOTIATE'
  return token[0] === NEG_TOKEN_RESP ? 'AUTHENTICATE' : 'other'
}
