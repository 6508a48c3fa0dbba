/** Schemes that may be named: the registered ones (RFC 9110 16.4.1), and those that are met without. */
const NAMED =
  /^(?:api-?key|aws4-hmac-sha256|basic|bearer|digest|dpop|gnap|hoba|kerberos|mutual|negotiate|ntlm|oauth|privatetoken|scram-sha-(?:1|256)|token|vapid)(?=[ \t]|$)/i

/** The scheme of credentials as it was written; undefined where the first word may be a secret itself: a bare API key. */
export function namedScheme(credentials: string): string | undefined {
  return NAMED.exec(credentials.trimStart())?.[0]
}

/** The scheme for a sentence. */
export function schemeForPeople(credentials: string): string {
  return namedScheme(credentials) ?? 'of a kind that is not named here'
}
