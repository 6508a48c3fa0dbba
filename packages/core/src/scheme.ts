/** The HTTP authentication schemes that carry NTLM: bare (`NTLM`), or within SPNEGO (`Negotiate`, RFC 4559). */
export type Scheme = 'ntlm' | 'negotiate'

/** The service principal name of a URL: `HTTP/host`, with `:port` when it is not the scheme's own. */
export function servicePrincipalName(origin: string): string {
  return `HTTP/${new URL(origin).host}`
}
