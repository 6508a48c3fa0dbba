import { malformed } from '../errors.js'

/** One DER element: its identifier octet, its contents, and all its bytes. */
export interface DerElement {
  tag: number
  contents: Buffer
  encoded: Buffer
}

/** Identifier octets (X.690 8.1.2) that certificates and SPNEGO tokens use. */
export const Tag = {
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  OBJECT_IDENTIFIER: 0x06,
  ENUMERATED: 0x0a,
  SEQUENCE: 0x30,
  APPLICATION_0: 0x60,
  CONTEXT_0: 0xa0,
  CONTEXT_1: 0xa1,
  CONTEXT_2: 0xa2,
  CONTEXT_3: 0xa3,
  CONTEXT_4: 0xa4,
} as const

/**
 * Reads consecutive DER elements (X.690, 8.1 and 10.1): single-octet tags, definite lengths in their shortest
 * form, of at most four octets.
 */
export class DerReader {
  readonly #bytes: Buffer
  #position = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  get done(): boolean {
    return this.#position === this.#bytes.length
  }

  /** The next element's tag, without taking it; undefined at the end. */
  get nextTag(): number | undefined {
    return this.#bytes[this.#position]
  }

  next(): DerElement {
    const start = this.#position
    const tag = this.#octet()
    if ((tag & 0x1f) === 0x1f) throw malformed('A DER element has a tag of more than one octet.')
    const length = this.#length()
    if (length > this.#bytes.length - this.#position) {
      throw malformed(`A DER element of ${length} bytes ends outside its ${this.#bytes.length} bytes.`)
    }
    const contents = this.#bytes.subarray(this.#position, this.#position + length)
    this.#position += length
    return { tag, contents, encoded: this.#bytes.subarray(start, this.#position) }
  }

  expect(tag: number): DerElement {
    const element = this.next()
    if (element.tag === tag) return element
    throw malformed(`A DER element has tag 0x${element.tag.toString(16)}, not 0x${tag.toString(16)}.`)
  }

  /** The next element if it has that tag; otherwise nothing is taken. */
  optional(tag: number): DerElement | undefined {
    return this.nextTag === tag ? this.next() : undefined
  }

  #octet(): number {
    if (this.done) throw malformed('A DER element ends before its header does.')
    return this.#bytes[this.#position++]
  }

  #length(): number {
    const first = this.#octet()
    if (first < 0x80) return first
    const octets = first & 0x7f
    if (octets === 0 || octets > 4) throw malformed(`A DER length of ${octets} octets is not allowed.`)
    let length = 0
    for (let i = 0; i < octets; i++) length = length * 256 + this.#octet()
    if (length < 0x80 || length < 256 ** (octets - 1))
      throw malformed('A DER length is not in its shortest form.')
    return length
  }
}

/** Writes one DER element around contents that are DER already. */
export function der(tag: number, ...contents: Uint8Array[]): Buffer {
  const size = contents.reduce((sum, part) => sum + part.length, 0)
  return Buffer.concat([Buffer.from([tag, ...lengthOctets(size)]), ...contents])
}

function lengthOctets(size: number): number[] {
  if (size < 0x80) return [size]
  const octets: number[] = []
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256)
  return [0x80 | octets.length, ...octets]
}

/** Writes an OBJECT IDENTIFIER from its dotted form. */
export function encodeOid(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split('.').map(Number)
  const octets = [first * 40 + second, ...rest].flatMap(base128)
  return der(Tag.OBJECT_IDENTIFIER, Buffer.from(octets))
}

function base128(arc: number): number[] {
  const octets = [arc % 128]
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) {
    octets.unshift(0x80 | (rest % 128))
  }
  return octets
}

/** Longer than any identifier in use: one of a whole token would fill error messages with its numbers. */
const MAX_OID = 64

/** The dotted form of an OBJECT IDENTIFIER's contents. */
export function decodeOid(contents: Uint8Array): string {
  if (contents.length > MAX_OID) throw malformed(`An object identifier is ${contents.length} bytes long.`)
  const arcs: number[] = []
  let arc = 0
  for (const octet of contents) {
    if (arc === 0 && octet === 0x80) {
      throw malformed('An object identifier has an arc that is not in its shortest form.')
    }
    arc = arc * 128 + (octet & 0x7f)
    if (arc > Number.MAX_SAFE_INTEGER) throw malformed('An object identifier has an arc that is too large.')
    if (octet & 0x80) continue
    arcs.push(arc)
    arc = 0
  }
  if (arcs.length === 0 || contents[contents.length - 1] & 0x80) {
    throw malformed('An object identifier is cut short.')
  }
  const first = Math.min(2, Math.floor(arcs[0] / 40))
  return [first, arcs[0] - first * 40, ...arcs.slice(1)].join('.')
}
