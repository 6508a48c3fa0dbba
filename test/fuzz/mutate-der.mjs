import { MUTATIONS } from './mutate.mjs'

/**
 * One element: either the elements within it, or its bytes where those are none.
 *
 * @typedef {{ tag: number, children?: Element[], contents: Buffer }} Element
 */

const CONSTRUCTED = 0x20
const MAX_DEPTH = 8

/** Those of SPNEGO and of certificates, and some that nobody uses. */
const TAGS = [0x02, 0x03, 0x04, 0x06, 0x0a, 0x1b, 0x30, 0x60, 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0x05, 0x31]

/**
 * Changes the elements of a DER encoding, and writes all lengths anew: what is around a change stays readable.
 *
 * @param {Buffer} original
 * @param {readonly Buffer[]} pieces what elements are filled with.
 * @param {(below: number) => number} random
 * @returns {Buffer} a new buffer; the original's bytes where they are no DER.
 */
export function mutateDer(original, pieces, random) {
  const elements = parse(original, 0)
  if (elements === undefined || elements.length === 0) return Buffer.from(original)
  for (let left = 1 + random(3); left > 0; left--) change(elements, pieces, random)
  return Buffer.concat(elements.map(encode))
}

/**
 * @param {Element[]} roots
 * @param {readonly Buffer[]} pieces
 * @param {(below: number) => number} random
 */
function change(roots, pieces, random) {
  const lists = listsOf(roots)
  const list = lists[random(lists.length)]
  const at = random(list.length)
  const element = list[at]
  if (element === undefined) return
  switch (random(8)) {
    case 0:
      list.splice(at, 1)
      break
    case 1:
      list.splice(random(list.length + 1), 0, closed(element))
      break
    case 2: {
      const other = lists[random(lists.length)]
      list[at] = closed(other[random(other.length)] ?? element)
      break
    }
    case 3:
      list[at] = { ...element, tag: TAGS[random(TAGS.length)] }
      break
    case 4:
      list[at] = { tag: TAGS[random(TAGS.length)], children: [closed(element)], contents: element.contents }
      break
    case 5:
      list[at] = { tag: element.tag, contents: pieces[random(pieces.length)] }
      break
    default: {
      const contents = MUTATIONS[random(MUTATIONS.length)](Buffer.from(element.contents), random, pieces)
      list[at] = { tag: element.tag, contents }
    }
  }
}

/**
 * @param {Element[]} roots
 * @returns {Element[][]} every list of siblings.
 */
function listsOf(roots) {
  const lists = [roots]
  // It grows under the loop.
  for (const list of lists) for (const { children } of list) if (children?.length) lists.push(children)
  return lists
}

/**
 * A copy that can stand anywhere, within itself too.
 *
 * @param {Element} element
 * @returns {Element}
 */
function closed(element) {
  return { tag: element.tag, contents: body(element) }
}

/**
 * @param {Buffer} bytes
 * @param {number} depth
 * @returns {Element[] | undefined} undefined for bytes that are no DER.
 */
function parse(bytes, depth) {
  const elements = []
  for (let at = 0; at < bytes.length; ) {
    const octets = bytes[at + 1] > 0x80 ? bytes[at + 1] - 0x80 : 0
    const start = at + 2 + octets
    if (octets > 3 || start > bytes.length) return undefined
    const length = octets === 0 ? bytes[at + 1] : bytes.readUIntBE(at + 2, octets)
    if (length > bytes.length - start) return undefined
    const contents = bytes.subarray(start, start + length)
    const children = bytes[at] & CONSTRUCTED && depth < MAX_DEPTH ? parse(contents, depth + 1) : undefined
    elements.push({ tag: bytes[at], children, contents })
    at = start + length
  }
  return elements
}

/**
 * @param {Element} element
 * @returns {Buffer}
 */
function body({ children, contents }) {
  return children ? Buffer.concat(children.map(encode)) : contents
}

/**
 * @param {Element} element
 * @returns {Buffer}
 */
function encode(element) {
  const { tag } = element
  const within = body(element)
  if (within.length < 0x80) return Buffer.concat([Buffer.from([tag, within.length]), within])
  const octets = within.length < 0x100 ? 1 : within.length < 0x10000 ? 2 : 3
  const header = Buffer.from([tag, 0x80 | octets, 0, 0, 0])
  header.writeUIntBE(within.length, 2, octets)
  return Buffer.concat([header.subarray(0, 2 + octets), within])
}
