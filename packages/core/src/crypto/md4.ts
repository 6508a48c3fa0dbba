/**
 * MD4 (RFC 1320). Broken on purpose, required by the protocol: the NT hash is MD4 of the password ([MS-NLMP]
 * 3.3.1, NTOWFv1), and OpenSSL 3 no longer offers it. Never use it for anything else.
 *
 * Not constant time in the length of its input.
 */
export function md4(message: Uint8Array): Buffer {
  const padded = pad(message)
  const words = new Uint32Array(16)
  const state = new Uint32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476])
  for (let block = 0; block < padded.length; block += 64) {
    for (let i = 0; i < 16; i++) words[i] = padded.readUInt32LE(block + 4 * i)
    compress(state, words)
  }
  padded.fill(0)
  words.fill(0)

  const digest = Buffer.alloc(16)
  state.forEach((word, i) => {
    digest.writeUInt32LE(word, 4 * i)
  })
  return digest
}

/** RFC 1320 3.1 and 3.2: one bit, zeros, and the length in bits as 64 bits, low word first. */
function pad(message: Uint8Array): Buffer {
  const padded = Buffer.alloc((Math.floor((message.length + 8) / 64) + 1) * 64)
  padded.set(message)
  padded[message.length] = 0x80
  padded.writeBigUInt64LE(BigInt(message.length) * 8n, padded.length - 8)
  return padded
}

interface Round {
  mix: (x: number, y: number, z: number) => number
  constant: number
  shifts: readonly [number, number, number, number]
  order: readonly number[]
}

/** RFC 1320 3.4: the three rounds. */
const ROUNDS: readonly Round[] = [
  {
    mix: (x, y, z) => (x & y) | (~x & z),
    constant: 0,
    shifts: [3, 7, 11, 19],
    order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  },
  {
    mix: (x, y, z) => (x & y) | (x & z) | (y & z),
    constant: 0x5a827999,
    shifts: [3, 5, 9, 13],
    order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
  },
  {
    mix: (x, y, z) => x ^ y ^ z,
    constant: 0x6ed9eba1,
    shifts: [3, 9, 11, 15],
    order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
  },
]

function compress(state: Uint32Array, words: Uint32Array): void {
  let [a, b, c, d] = state as unknown as [number, number, number, number]
  for (const { mix, constant, shifts, order } of ROUNDS) {
    for (let step = 0; step < 16; step++) {
      const sum = (a + mix(b, c, d) + words[order[step]] + constant) >>> 0
      const shift = shifts[step & 3]
      a = d
      d = c
      c = b
      b = ((sum << shift) | (sum >>> (32 - shift))) >>> 0
    }
  }
  state[0] += a
  state[1] += b
  state[2] += c
  state[3] += d
}
