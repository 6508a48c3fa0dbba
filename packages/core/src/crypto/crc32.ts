/**
 * CRC-32 (ISO 3309, as in gzip). No protection against anybody, required by the protocol: it is the checksum of
 * session security without the extended kind ([MS-NLMP] 3.4.4.1). Never use it for anything else.
 *
 * Node's own came with 20.15 and 22.2, in zlib: loading that takes longer than all messages that are signed this way.
 *
 * @returns an unsigned 32-bit number.
 */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const octet of bytes) crc = TABLE[(crc ^ octet) & 0xff] ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let entry = index
  for (let bit = 0; bit < 8; bit++) entry = entry & 1 ? (entry >>> 1) ^ 0xedb88320 : entry >>> 1
  return entry
})
