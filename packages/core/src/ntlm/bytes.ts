import { malformed } from '../errors.js'

/** A descriptor of a variable-length field: Len, MaxLen and BufferOffset of [MS-NLMP] 2.2. */
export interface FieldDescriptor {
  length: number
  offset: number
}

/**
 * Reads little-endian numbers and fields out of bytes that came from outside. Every read is checked against what
 * is left, by comparison and never by addition that could pass the end; nothing is copied or allocated.
 */
export class ByteReader {
  readonly #bytes: Buffer
  readonly #structure: string
  #position = 0

  /** @param structure its name, for the error message. */
  constructor(bytes: Uint8Array, structure: string) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#structure = structure
  }

  get position(): number {
    return this.#position
  }

  get remaining(): number {
    return this.#bytes.length - this.#position
  }

  u8(): number {
    return this.bytes(1)[0]
  }

  u16(): number {
    return this.bytes(2).readUInt16LE(0)
  }

  u32(): number {
    return this.bytes(4).readUInt32LE(0)
  }

  u64(): bigint {
    return this.bytes(8).readBigUInt64LE(0)
  }

  bytes(length: number): Buffer {
    if (length > this.remaining) {
      throw this.malformed(`needs ${length} more bytes at offset ${this.#position} and has ${this.remaining}`)
    }
    const start = this.#position
    this.#position += length
    return this.#bytes.subarray(start, this.#position)
  }

  descriptor(): FieldDescriptor {
    const length = this.u16()
    this.u16() // MaxLen: ignored on receipt, [MS-NLMP] 2.2.1
    return { length, offset: this.u32() }
  }

  /** The bytes a descriptor points at; an empty field may point anywhere. */
  field({ length, offset }: FieldDescriptor, name: string): Buffer {
    if (length === 0) return Buffer.alloc(0)
    const size = this.#bytes.length
    if (offset > size || length > size - offset) {
      throw this.malformed(`has its ${name} at ${offset}, ${length} bytes long, outside its ${size} bytes`)
    }
    return this.#bytes.subarray(offset, offset + length)
  }

  malformed(fault: string): Error {
    return malformed(`The ${this.#structure} ${fault}.`)
  }
}

/** Writes one message: a header of known size, and the payload that its descriptors point at. */
export class MessageWriter {
  readonly #bytes: Buffer
  #position = 0
  #payload: number

  constructor(headerSize: number, payloadSize: number) {
    this.#bytes = Buffer.alloc(headerSize + payloadSize)
    this.#payload = headerSize
  }

  u32(value: number): this {
    this.#position = this.#bytes.writeUInt32LE(value >>> 0, this.#position)
    return this
  }

  bytes(value: Uint8Array): this {
    this.#bytes.set(value, this.#position)
    this.#position += value.length
    return this
  }

  zeros(count: number): this {
    this.#position += count
    return this
  }

  /** Writes a descriptor here and its field at the end of the payload so far. */
  field(value: Uint8Array): this {
    const offset = this.reserve(value)
    return this.descriptor(value.length, offset)
  }

  /** Puts a field into the payload now, for a descriptor that is written in another order. */
  reserve(value: Uint8Array): number {
    const offset = this.#payload
    this.#bytes.set(value, offset)
    this.#payload += value.length
    return offset
  }

  descriptor(length: number, offset: number): this {
    this.#bytes.writeUInt16LE(length, this.#position)
    this.#bytes.writeUInt16LE(length, this.#position + 2)
    this.#bytes.writeUInt32LE(offset, this.#position + 4)
    this.#position += 8
    return this
  }

  finish(): Buffer {
    return this.#bytes
  }
}
