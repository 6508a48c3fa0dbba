/** SPNEGO itself, RFC 4178. */
export const SPNEGO = '1.3.6.1.5.5.2'
export const NTLM = '1.3.6.1.4.1.311.2.2.10'

const NAMES: Readonly<Record<string, string>> = {
  [SPNEGO]: 'SPNEGO',
  [NTLM]: 'NTLM',
  '1.2.840.113554.1.2.2': 'Kerberos',
  '1.2.840.48018.1.2.2': 'Kerberos (as Windows 2000 spelt it)',
  '1.2.840.113554.1.2.2.3': 'Kerberos user to user',
  '1.3.6.1.5.2.5': 'IAKERB',
  '1.3.6.1.5.2.7': 'PKU2U',
  '1.3.6.1.4.1.311.2.2.30': 'NEGOEX',
}

export function mechanismName(oid: string): string | undefined {
  return NAMES[oid]
}

export function isKerberos(oid: string | undefined): boolean {
  return oid !== undefined && (NAMES[oid]?.startsWith('Kerberos') ?? false)
}
