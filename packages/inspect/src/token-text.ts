/** Longer than any token: what is longer is no token, and is not looked at. */
const MOST = 1024 * 1024

/** Bytes of the shortest token that there is, a NegTokenResp with its state. */
const LEAST = 9

/** What may stand in front of a token: a mark of curl, a field's name, a scheme. */
const FRONT = /^(?:[<>*]\s+)?(?:[\w-]+["']?\s*:\s*["']?(?![\s\da-f]*:))?(?:(?:NTLM|Negotiate|Kerberos)\s+)?/i

/**
 * The bytes of a token that somebody copied: base64, base64url or hex, with or without the scheme and the field's name in
 * front, quotes around it and white space in it. Undefined where the text is none of these.
 */
export function tokenBytes(text: string): Uint8Array | undefined {
  if (text.length > MOST) return undefined
  const trimmed = unquoted(text)
  const token = unquoted(trimmed.replace(FRONT, ''))
  // What else a field offers comes after a comma.
  const first = /^[^,;]*/.exec(token)?.[0] ?? ''
  const bytes = hexBytes(first) ?? base64Bytes(first.replaceAll(/\s|\\[rn]/g, ''))
  return bytes === undefined || bytes.length < LEAST ? undefined : bytes
}

function unquoted(text: string): string {
  return withoutEnd(text.replace(/^[\s"'`]+/, ''), /[\s"'`,;\\]/)
}

/** By hand, for a pattern that ends in `+$` takes quadratic time. */
function withoutEnd(text: string, character: RegExp): string {
  let end = text.length
  while (end > 0 && character.test(text.charAt(end - 1))) end--
  return text.slice(0, end)
}

/** True of base64 that ends in the middle of a byte. */
export function isCut(text: string): boolean {
  const digits = unquoted(unquoted(text).replace(FRONT, '')).replaceAll(/\s|\\[rn]/g, '')
  return /^[A-Za-z\d+/_-]+$/.test(digits) && digits.length % 4 === 1 && hexBytes(digits) === undefined
}

/** Digits in pairs, with or without `0x`, and with spaces, colons or dashes between them. */
function hexBytes(text: string): Uint8Array | undefined {
  const digits = text.replaceAll(/0x|[\s:-]/gi, '')
  if (digits === '' || digits.length % 2 !== 0 || !/^[\da-f]+$/i.test(digits)) return undefined
  return Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16),
  )
}

function base64Bytes(text: string): Uint8Array | undefined {
  const digits = withoutEnd(text.replaceAll('-', '+').replaceAll('_', '/'), /=/)
  if (digits === '' || !/^[A-Za-z\d+/]+$/.test(digits)) return undefined
  // One digit is less than a byte: what follows it was cut off.
  const whole = digits.length % 4 === 1 ? digits.slice(0, -1) : digits
  return Uint8Array.from(atob(whole), (character) => character.charCodeAt(0))
}
