import { bytesOf } from './ntlm-facts.js'

/** What an acceptor's NegTokenResp says beside the token in it (RFC 4178 4.2.2). */
export interface SpnegoAnswer {
  readonly state: 'completed' | 'incomplete' | 'rejected' | undefined
  /** The mechanism that was chosen. */
  readonly mechanism: 'kerberos' | 'ntlm' | undefined
}

/** DER of the object identifiers: Kerberos', and the one that Microsoft wrote first. */
const KERBEROS = ['\x2a\x86\x48\x86\xf7\x12\x01\x02\x02', '\x2a\x86\x48\x82\xf7\x12\x01\x02\x02']
const NTLM = '\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a'

/** The answer in a `Negotiate` challenge; undefined for what is no NegTokenResp. */
export function spnegoAnswerOf(fieldValue: string): SpnegoAnswer | undefined {
  const bytes = bytesOf(fieldValue)
  if (!bytes.startsWith('\xa1')) return undefined
  // The state and the mechanism come first, before any token that could look like them.
  const head = bytes.slice(0, 40)
  const at = head.indexOf(STATE)
  return {
    state: at < 0 ? undefined : STATES[head.charCodeAt(at + STATE.length)],
    mechanism: mechanismIn(head),
  }
}

function mechanismIn(head: string): SpnegoAnswer['mechanism'] {
  if (KERBEROS.some((oid) => head.includes(oid))) return 'kerberos'
  return head.includes(NTLM) ? 'ntlm' : undefined
}

/** DER of negState [0] ENUMERATED, without its value. */
const STATE = '\xa0\x03\x0a\x01'

/** `request-mic` is one more leg. */
const STATES = ['completed', 'incomplete', 'rejected', 'incomplete'] as const

/** A token of an initiator that is Kerberos, or begins with it and has no NTLM. */
export function isKerberos(fieldValue: string): boolean {
  const bytes = bytesOf(fieldValue)
  return (
    bytes.startsWith('\x60') && KERBEROS.some((oid) => bytes.includes(oid)) && !bytes.includes('NTLMSSP\0')
  )
}
