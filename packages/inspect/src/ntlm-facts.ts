import { decodeToken } from './decode-token.js'
import type { NtlmFacts } from './decoded.js'

/** More than any field that a server sends. */
const MOST = 256 * 1024

/** The facts of the NTLM message in the value of an authentication field, wrapped in SPNEGO or not. */
export function ntlmFactsOf(fieldValue: string): NtlmFacts | undefined {
  const bytes = bytesOf(fieldValue)
  if (bytes === '') return undefined
  return decodeToken(Uint8Array.from(bytes, (character) => character.charCodeAt(0))).ntlm
}

/** The bytes after the scheme, a character each; none of what is no base64. */
export function bytesOf(fieldValue: string): string {
  try {
    return atob(fieldValue.slice(0, MOST).replace(/^\s*[\w-]+(\s+|$)/, ''))
  } catch {
    return ''
  }
}
