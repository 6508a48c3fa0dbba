/** The OBJECT IDENTIFIER of SPNEGO itself (RFC 4178 3.1). */
export const SPNEGO_OID = '1.3.6.1.5.5.2'

/** NTLM as a mechanism of SPNEGO ([MS-NLMP] 1.9). */
export const NTLM_OID = '1.3.6.1.4.1.311.2.2.10'

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1')

/** True for a token that is an NTLM message with no SPNEGO around it, which `Negotiate` may carry as well. */
export function isRawNtlm(token: Uint8Array): boolean {
  return SIGNATURE.equals(token.subarray(0, SIGNATURE.length))
}
