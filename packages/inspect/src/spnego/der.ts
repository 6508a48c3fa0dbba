import type { Part } from '../part.js'

/** Identifier octets that tokens begin with and are made of (X.690 8.1.2). */
export const Tag = {
  OCTET_STRING: 0x04,
  OBJECT_IDENTIFIER: 0x06,
  ENUMERATED: 0x0a,
  SEQUENCE: 0x30,
  /** GSS-API, RFC 2743 3.1. */
  APPLICATION_0: 0x60,
  /** AP-REQ, AP-REP and KRB-ERROR of RFC 4120. */
  APPLICATION_14: 0x6e,
  APPLICATION_15: 0x6f,
  APPLICATION_30: 0x7e,
  CONTEXT_0: 0xa0,
  CONTEXT_1: 0xa1,
  CONTEXT_2: 0xa2,
  CONTEXT_3: 0xa3,
  CONTEXT_4: 0xa4,
} as const

/** An element of DER. */
export interface Element {
  readonly tag: number
  /** With its header. */
  readonly whole: Part
  /** As much of it as there is. */
  readonly contents: Part
}

/** More than any token has in one place. */
const MOST = 64

/** The consecutive elements of these bytes, as far as they can be read. */
export function elementsOf(part: Part, problems: string[]): Element[] {
  const elements: Element[] = []
  for (let at = 0; at < part.length && elements.length < MOST; ) {
    const element = elementAt(part, at, problems)
    elements.push(element)
    at += element.whole.length
  }
  return elements
}

function elementAt(part: Part, at: number, problems: string[]): Element {
  const tag = part.u8(at)
  const first = part.u8(at + 1)
  const octets = first < 0x80 ? 0 : first & 0x7f
  const header = 2 + octets
  let length = first
  if (octets > 0) {
    length = 0
    for (let index = 0; index < octets; index++) length = length * 256 + part.u8(at + 2 + index)
  }
  const place = `The DER element at ${part.offset + at}`
  if (first === 0x80) {
    problems.push(`${place} has an indefinite length, which DER does not allow.`)
    length = part.length
  } else if (octets > 4) problems.push(`${place} has a length of ${octets} octets.`)
  else if (octets > 0 && (length < 0x80 || length < 256 ** (octets - 1)))
    problems.push(`${place} has a length that is not in its shortest form.`)
  const end = at + header + length
  if (end > part.length && first !== 0x80)
    problems.push(
      `${place} is truncated: ${length} bytes are announced, ${Math.max(0, part.length - at - header)} are there.`,
    )
  return { tag, whole: part.slice(at, end), contents: part.slice(at + header, end) }
}

/** The first element with that tag, and its contents as elements. */
export function find(elements: readonly Element[], tag: number): Element | undefined {
  return elements.find((element) => element.tag === tag)
}

/** The dotted form of an OBJECT IDENTIFIER's contents; hex where they are none. */
export function oidOf(contents: Part): string {
  const arcs: number[] = []
  let arc = 0
  for (const octet of contents.bytes.subarray(0, MOST)) {
    arc = arc * 128 + (octet & 0x7f)
    if (octet & 0x80) continue
    arcs.push(arc)
    arc = 0
  }
  const first = arcs[0]
  if (first === undefined || arc !== 0 || contents.length > MOST) return contents.dump
  const root = Math.min(2, Math.floor(first / 40))
  return [root, first - root * 40, ...arcs.slice(1)].join('.')
}
