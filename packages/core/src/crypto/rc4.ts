/**
 * RC4, one running key stream. Broken on purpose, required by the protocol: key exchange and session security
 * ([MS-NLMP] 3.1.5.1.2 and 3.4) are defined with it, and OpenSSL 3 no longer offers it. Never use it for anything
 * else.
 *
 * Not constant time: its table look-ups depend on the key.
 */
export class Rc4 {
  readonly #permutation = new Uint8Array(256)
  #i = 0
  #j = 0

  /** @param key 1 to 256 bytes. */
  constructor(key: Uint8Array) {
    const s = this.#permutation
    for (let i = 0; i < 256; i++) s[i] = i
    let j = 0
    for (let i = 0; i < 256; i++) {
      j = (j + s[i] + key[i % key.length]) & 0xff
      const swapped = s[i]
      s[i] = s[j]
      s[j] = swapped
    }
  }

  /** Encrypts or decrypts the next bytes of the stream into a new buffer. */
  update(input: Uint8Array): Buffer {
    const s = this.#permutation
    // Not `allocUnsafe`: a key may come out of it, and that memory is shared.
    const output = Buffer.alloc(input.length)
    let i = this.#i
    let j = this.#j
    for (let n = 0; n < input.length; n++) {
      i = (i + 1) & 0xff
      const si = s[i]
      j = (j + si) & 0xff
      const sj = s[j]
      s[i] = sj
      s[j] = si
      output[n] = input[n] ^ s[(si + sj) & 0xff]
    }
    this.#i = i
    this.#j = j
    return output
  }

  /** A second stream at the same place: what a check can run on and then be thrown away. */
  clone(): Rc4 {
    const copy = new Rc4(new Uint8Array(1))
    copy.restore(this)
    return copy
  }

  /** Goes to where another stream is now: [MS-SPNG] saves and restores the state around the mechListMIC. */
  restore(from: Rc4): void {
    this.#permutation.set(from.#permutation)
    this.#i = from.#i
    this.#j = from.#j
  }
}

/** RC4K of [MS-NLMP] 6: one message under a key of its own. */
export function rc4(key: Uint8Array, input: Uint8Array): Buffer {
  return new Rc4(key).update(input)
}
