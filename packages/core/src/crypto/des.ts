import { createCipheriv } from 'node:crypto'

/**
 * DES, one block ([MS-NLMP] 6, DES(K, D)). Broken on purpose, required by the protocol: NTLMv1 and LM responses are
 * made with it. OpenSSL 3 no longer offers it alone; triple DES under one key three times is the same.
 *
 * @param key 7 bytes.
 * @param block 8 bytes.
 */
export function des(key: Uint8Array, block: Uint8Array): Buffer {
  const expanded = withParityBits(key)
  const cipher = createCipheriv('des-ede3', Buffer.concat([expanded, expanded, expanded]), null)
  cipher.setAutoPadding(false)
  return cipher.update(block)
}

/** DESL of [MS-NLMP] 6: one block under three keys, cut from 16 bytes and five zeros; 24 bytes. */
export function desLong(key: Uint8Array, block: Uint8Array): Buffer {
  const last = new Uint8Array(7)
  last.set(key.subarray(14, 16))
  return Buffer.concat([des(key.subarray(0, 7), block), des(key.subarray(7, 14), block), des(last, block)])
}

/** Spreads 56 bits over 8 octets, seven high bits each; DES ignores the lowest. */
function withParityBits(key: Uint8Array): Buffer {
  const expanded = Buffer.alloc(8)
  for (let i = 0; i < 8; i++) {
    const before = i === 0 ? 0 : key[i - 1] << (7 - i)
    const here = i === 7 ? 0 : key[i] >> (i + 1)
    expanded[i] = ((before | here) << 1) & 0xfe
  }
  return expanded
}
