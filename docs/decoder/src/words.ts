import type { DecodedToken, InputKind, ReadStep } from '@ntlmkit/inspect'

/** What a text was taken for, as the beginning of a sentence. */
export const INPUT_KINDS: Readonly<Record<InputKind, string>> = {
  token: 'A token',
  header: 'HTTP header fields',
  har: 'A HAR file',
  curl: 'A curl -v log',
  debug: 'Output of NODE_DEBUG=ntlmkit',
  unknown: 'Nothing known',
}

const NTLM_TYPES = { negotiate: 'NEGOTIATE', challenge: 'CHALLENGE', authenticate: 'AUTHENTICATE' } as const

const TOKEN_KINDS: Readonly<Record<DecodedToken['kind'], string>> = {
  ...NTLM_TYPES,
  'neg-token-init': 'SPNEGO offer',
  'neg-token-resp': 'SPNEGO answer',
  kerberos: 'Kerberos',
  unknown: 'Unknown token',
}

/** A token in a word or three, for a badge. */
export function tokenName({ kind, ntlm }: DecodedToken): string {
  if (ntlm === undefined) return TOKEN_KINDS[kind]
  const name = NTLM_TYPES[ntlm.type]
  return kind.startsWith('neg-token') ? `SPNEGO ${name}` : name
}

/** A class for the colour of a token's badge. */
export function tokenClass({ kind, ntlm }: DecodedToken): string {
  return ntlm?.type ?? (kind in NTLM_TYPES ? kind : 'other')
}

export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? noun : plural}`
}

/** `812 bytes`, `9.8 kB`, `10.4 MB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return count(bytes, 'byte')
  const [amount, unit] = bytes < 1_000_000 ? [bytes / 1000, 'kB'] : [bytes / 1_000_000, 'MB']
  return `${amount.toFixed(amount < 100 ? 1 : 0)} ${unit}`
}

/** An offset or a byte, as hex dumps have them. */
export function hex(number: number, digits: number): string {
  return number.toString(16).padStart(digits, '0')
}

/** The place of some bytes, first and last: `34–3f`. */
export function range(offset: number, length: number): string {
  return length > 1 ? `${hex(offset, 2)}–${hex(offset + length - 1, 2)}` : hex(offset, 2)
}

/** The time since the conversation began. */
export function elapsed(milliseconds: number): string {
  const rounded = Math.round(milliseconds)
  if (Math.abs(rounded) < 10_000) return `+${rounded} ms`
  return `+${(rounded / 1000).toFixed(1)} s`
}

/** The status code of a response's label. */
export function statusOf({ direction, label }: ReadStep): number | undefined {
  const code = direction === 'response' ? /^(?:HTTP\/[\d.]+ )?([1-5]\d\d)\b/.exec(label)?.[1] : undefined
  return code === undefined ? undefined : Number(code)
}
