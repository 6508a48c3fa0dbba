import fc from 'fast-check'
import { expect } from 'vitest'
import { NtlmError } from '../../src/errors.js'
import type { AvPair } from '../../src/ntlm/av-pairs.js'
import { Flag } from '../../src/ntlm/flags.js'

/** Value lengths the specification fixes. */
const FIXED: Record<number, number> = { 6: 4, 7: 8, 10: 16 }

/** An AV pair of any id but MsvAvEOL, well-formed. */
export function avPair(maxLength: number): fc.Arbitrary<AvPair> {
  return fc.integer({ min: 1, max: 0xffff }).chain((id) => {
    const length = FIXED[id]
    const value = fc.uint8Array(length ? { minLength: length, maxLength: length } : { maxLength })
    return value.map((bytes) => ({ id, value: Buffer.from(bytes) }))
  })
}

export const octets = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => Buffer.from(bytes))

export const upTo = (maxLength: number) => fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes))

/** Names as people have them: surrogate pairs and halves, letters whose upper case is special, none at all. */
export const anyName = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({
    unit: fc.constantFrom('ß', 'ı', 'İ', 'i', 'I', 'ſ', 'ŉ', 'ǰ', 'ﬁ', 'я', 'Ж', 'ё', 'ς', 'Σ'),
    maxLength: 12,
  }),
  fc.string({ unit: fc.constantFrom('😀', '𐐨', '\ud800', '\udc00', 'a'), maxLength: 12 }),
  fc.constant(''),
)

export const asciiName = fc.string({ unit: 'grapheme-ascii', maxLength: 40 })

/** Flags of any kind, with the bits given set and those others clear. */
export function flagsWith(set: number, clear = 0): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 0xffffffff }).map((flags) => ((flags | set) & ~clear) >>> 0)
}

/** A character set: the flags that choose it, and names that fit. */
export const charset = fc.constantFrom(
  { set: Flag.NEGOTIATE_UNICODE, clear: 0, names: anyName },
  { set: Flag.NEGOTIATE_OEM, clear: Flag.NEGOTIATE_UNICODE, names: asciiName },
)

const SIGNATURE = Buffer.from('NTLMSSP\0', 'latin1')

/** Bytes from a hostile peer: any at all, or with a good beginning. */
export function hostileBytes(): fc.Arbitrary<Buffer> {
  const any = upTo(300)
  const begun = fc
    .tuple(fc.constantFrom(1, 2, 3), any)
    .map(([type, rest]) => Buffer.concat([SIGNATURE, Buffer.from([type, 0, 0, 0]), rest]))
  return fc.oneof(any, begun)
}

/** Runs a decoder that may return, or refuse with one error, and do nothing else. */
export function onlyBadChallenge(decode: () => unknown): void {
  try {
    decode()
  } catch (error) {
    expect(error).toBeInstanceOf(NtlmError)
    expect((error as NtlmError).code).toBe('ERR_NTLM_BAD_CHALLENGE')
  }
}
