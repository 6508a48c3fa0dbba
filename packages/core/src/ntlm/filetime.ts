/** Between 1601-01-01 and 1970-01-01, in units of 100 ns. */
const EPOCH_OFFSET = 116_444_736_000_000_000n

/** A FILETIME ([MS-DTYP] 2.3.3), 8 bytes little-endian, from milliseconds since 1970. */
export function filetime(milliseconds: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(Math.trunc(milliseconds)) * 10_000n + EPOCH_OFFSET)
  return bytes
}

/** Milliseconds since 1970 of a FILETIME. */
export function fromFiletime(bytes: Uint8Array): number {
  const ticks = Buffer.from(bytes.buffer, bytes.byteOffset, 8).readBigUInt64LE(0)
  return Number((ticks - EPOCH_OFFSET) / 10_000n)
}
