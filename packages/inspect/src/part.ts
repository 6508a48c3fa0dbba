import type { DecodedField } from './decoded.js'
import { shown } from './shown.js'

/** Bytes of a field that are written out at most. */
const MOST_HEX = 64

/** Bytes of a response, a key or a checksum that are written out: enough to tell two of them apart. */
const SECRET_HEX = 8

/** Some bytes of a token, which know where they stand in it. Whatever lies beyond their end reads as zero. */
export class Part {
  readonly bytes: Uint8Array
  /** From the start of the whole token. */
  readonly offset: number

  constructor(bytes: Uint8Array, offset = 0) {
    this.bytes = bytes
    this.offset = offset
  }

  get length(): number {
    return this.bytes.length
  }

  /** As much of the range as there is. */
  slice(from: number, to = this.length): Part {
    const start = Math.min(Math.max(from, 0), this.length)
    return new Part(this.bytes.subarray(start, Math.max(start, to)), this.offset + start)
  }

  u8(at: number): number {
    return this.bytes[at] ?? 0
  }

  u16(at: number): number {
    return this.u8(at) | (this.u8(at + 1) << 8)
  }

  u32(at: number): number {
    return (this.u16(at) | (this.u16(at + 2) << 16)) >>> 0
  }

  u64(at: number): bigint {
    return BigInt(this.u32(at)) | (BigInt(this.u32(at + 4)) << 32n)
  }

  get isZero(): boolean {
    return this.bytes.every((octet) => octet === 0)
  }

  /** All of it, for facts. */
  get hex(): string {
    return Array.from(this.bytes, (octet) => octet.toString(16).padStart(2, '0')).join('')
  }

  /** For people: cut where it is long. */
  get dump(): string {
    return this.#cut(MOST_HEX)
  }

  /** What others could try passwords against is not shown whole. */
  get secret(): string {
    return this.isZero ? `${this.length} zero bytes` : this.#cut(SECRET_HEX)
  }

  get utf16(): string {
    return new TextDecoder('utf-16le', { ignoreBOM: true }).decode(this.bytes)
  }

  /** A character a byte. */
  get ascii(): string {
    return Array.from(this.bytes, (octet) => String.fromCharCode(octet)).join('')
  }

  field(name: string, value: string, more?: Pick<DecodedField, 'explanation' | 'problem' | 'fields'>) {
    return { name, offset: this.offset, length: this.length, value, ...more } satisfies DecodedField
  }

  #cut(most: number): string {
    const head = this.slice(0, most).hex
    return this.length > most ? `${head}... (${this.length} bytes)` : head
  }
}

/** A text from a token for people; what is empty is said to be. */
export function quoted(text: string): string {
  return text === '' ? '(empty)' : shown(text)
}
