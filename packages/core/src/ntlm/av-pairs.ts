import { malformed } from '../errors.js'
import { ByteReader } from './bytes.js'

/** AvId values of [MS-NLMP] 2.2.2.1. */
export const AvId = {
  EOL: 0,
  NB_COMPUTER_NAME: 1,
  NB_DOMAIN_NAME: 2,
  DNS_COMPUTER_NAME: 3,
  DNS_DOMAIN_NAME: 4,
  DNS_TREE_NAME: 5,
  FLAGS: 6,
  TIMESTAMP: 7,
  SINGLE_HOST: 8,
  TARGET_NAME: 9,
  CHANNEL_BINDINGS: 10,
} as const

/** MsvAvFlags bit: the AUTHENTICATE carries a MIC ([MS-NLMP] 2.2.2.1). */
export const AV_FLAG_MIC = 0x2

/** One attribute of a target info list; an id that this library does not know is kept as it is. */
export interface AvPair {
  id: number
  value: Uint8Array
}

/** Value lengths that the specification fixes, in bytes. */
const FIXED_LENGTH: ReadonlyMap<number, number> = new Map([
  [AvId.FLAGS, 4],
  [AvId.TIMESTAMP, 8],
  [AvId.CHANNEL_BINDINGS, 16],
])

/**
 * Reads an AV pair list up to its MsvAvEOL ([MS-NLMP] 2.2.2.1); bytes after that are not looked at.
 *
 * @throws {NtlmError} ERR_NTLM_BAD_CHALLENGE for a list without an end, a pair past it, or a wrong length.
 */
export function decodeAvPairs(bytes: Uint8Array): AvPair[] {
  const reader = new ByteReader(bytes, 'AV pair list')
  const pairs: AvPair[] = []
  for (;;) {
    const id = reader.u16()
    const length = reader.u16()
    if (id === AvId.EOL) {
      if (length !== 0) throw malformed(`The MsvAvEOL of an AV pair list is ${length} bytes long, not 0.`)
      return pairs
    }
    const fixed = FIXED_LENGTH.get(id)
    if (fixed !== undefined && fixed !== length) {
      throw malformed(`AV pair ${id} is ${length} bytes long, not ${fixed}.`)
    }
    pairs.push({ id, value: reader.bytes(length) })
  }
}

/** Writes an AV pair list and its MsvAvEOL. */
export function encodeAvPairs(pairs: readonly AvPair[]): Buffer {
  const size = pairs.reduce((sum, { value }) => sum + 4 + value.length, 4)
  const bytes = Buffer.alloc(size)
  let position = 0
  for (const { id, value } of pairs) {
    position = bytes.writeUInt16LE(id, position)
    position = bytes.writeUInt16LE(value.length, position)
    bytes.set(value, position)
    position += value.length
  }
  return bytes
}

/** The value of the first pair with that id: Windows reads the first one only, so a second never counts. */
export function findAvPair(pairs: readonly AvPair[], id: number): Uint8Array | undefined {
  return pairs.find((pair) => pair.id === id)?.value
}

/** The MsvAvFlags of a list, 0 where it has none. */
export function avFlags(pairs: readonly AvPair[]): number {
  const value = findAvPair(pairs, AvId.FLAGS)
  if (value === undefined) return 0
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).readUInt32LE(0)
}
