import { decodeToken, tokenBytes } from '@ntlmkit/inspect'

/** More than any path has, and less than most logs. */
const LONGEST = 1000

/** True for an argument that was meant as a file: it has a folder or an ending, and is neither a token nor a line of a head. */
export function looksLikePath(arg: string): boolean {
  if (arg.length > LONGEST || /[\r\n]/.test(arg) || isField(arg) || isToken(arg)) return false
  const beginsAsPath = /^(~?\/|\.{1,2}[\\/]|[a-z]:[\\/]|\\\\)/i.test(arg)
  const hasEnding = /\.[a-z0-9]{1,8}$/i.test(arg)
  // A slash is one of base64's letters too: in what could be a token it says nothing.
  return beginsAsPath || hasEnding || (/[\\/]/.test(arg) && !/^[\w+/=-]+$/.test(arg))
}

function isField(arg: string): boolean {
  return /^[<>]?\s*[\w-]+:\s/.test(arg) || /^(NTLM|Negotiate|Basic|Kerberos)\s/i.test(arg)
}

function isToken(arg: string): boolean {
  const bytes = tokenBytes(arg)
  return bytes !== undefined && decodeToken(bytes).kind !== 'unknown'
}
