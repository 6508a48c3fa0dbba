import { encodeNegotiate, encodeNegTokenInit, Flag, NTLM_OID } from '@ntlmkit/core'

/** As any client of HTTP begins: Unicode, NTLMv2 with a MIC. It names nobody. */
const FLAGS =
  (Flag.NEGOTIATE_UNICODE |
    Flag.NEGOTIATE_OEM |
    Flag.REQUEST_TARGET |
    Flag.NEGOTIATE_NTLM |
    Flag.NEGOTIATE_ALWAYS_SIGN |
    Flag.NEGOTIATE_EXTENDED_SESSIONSECURITY |
    Flag.NEGOTIATE_VERSION |
    Flag.NEGOTIATE_128 |
    Flag.NEGOTIATE_56) >>>
  0

/** Windows 10, NTLMSSP revision 15 ([MS-NLMP] 2.2.2.10): some acceptors want 40 bytes. */
const VERSION = Uint8Array.of(10, 0, 0x63, 0x45, 0, 0, 0, 15)

/** The Authorization field that asks for a challenge: a NEGOTIATE, in SPNEGO where only that is offered. */
export function firstMessage(scheme: 'NTLM' | 'Negotiate'): string {
  const negotiate = encodeNegotiate({ flags: FLAGS, domain: '', workstation: '', version: VERSION })
  const token =
    scheme === 'NTLM'
      ? negotiate
      : encodeNegTokenInit({ kind: 'init', mechTypes: [NTLM_OID], mechToken: negotiate })
  return `${scheme} ${token.toString('base64')}`
}
