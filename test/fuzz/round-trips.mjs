// What a decoder gives back must stand: written again and read again it is the same, and no longer than the input.
import { isDeepStrictEqual } from 'node:util'

/**
 * @template T
 * @param {(bytes: Buffer) => T} decode
 * @param {(value: T) => Buffer} encode
 * @param {number} [growth] characters that one byte may become. Default: 1.
 * @returns {(bytes: Buffer) => T}
 */
export function stable(decode, encode, growth = 1) {
  return (bytes) => {
    const value = decode(bytes)
    requireWithin(value, bytes.length * growth)
    const again = decode(encodeAgain(encode, value))
    if (!isDeepStrictEqual(present(again), present(value)))
      throw new Error('What was read, written and read again is different.')
    return value
  }
}

/**
 * What is undefined is absent, and the other way round.
 *
 * @param {unknown} value
 */
function present(value) {
  return Object.entries(value ?? {}).filter(([, part]) => part !== undefined)
}

/**
 * @template T
 * @param {(value: T) => Buffer} encode
 * @param {T} value
 */
function encodeAgain(encode, value) {
  try {
    return encode(value)
  } catch (cause) {
    throw new Error('What was read cannot be written.', { cause })
  }
}

/** An AV pair and an element of DER have at least this many bytes, as has an entry of anything else. */
const LEAST_ENTRY = 2

/**
 * No string or buffer may have more than the input, no list more entries than fit into it.
 *
 * @param {unknown} value
 * @param {number} limit
 */
export function requireWithin(value, limit) {
  if (typeof value === 'string' || value instanceof Uint8Array) {
    if (value.length > limit) throw new Error(`A value of ${value.length} came out of ${limit} bytes.`)
  } else if (Array.isArray(value)) {
    if (value.length * LEAST_ENTRY > limit + LEAST_ENTRY) {
      throw new Error(`A list of ${value.length} came out of ${limit} bytes.`)
    }
    const bytes = value.reduce((sum, entry) => sum + (entry?.value?.length ?? entry?.length ?? 0), 0)
    if (bytes > limit) throw new Error(`A list of ${bytes} bytes came out of ${limit}.`)
    for (const entry of value) requireWithin(entry, limit)
  } else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) requireWithin(part, limit)
  }
}
