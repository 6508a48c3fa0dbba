import { element } from './element.js'
import type { FlatField } from './flat-fields.js'
import { hex } from './words.js'

/** Some bytes beside each other: where they begin, each as hex, and each as text. */
export function hexLine(
  bytes: Uint8Array,
  owners: readonly (FlatField | undefined)[],
  start: number,
  end: number,
): { line: HTMLElement; cells: (readonly HTMLElement[])[] } {
  const cells: (readonly HTMLElement[])[] = []
  const asHex = element('span', { class: 'as-hex' })
  const asText = element('span', { class: 'as-text' })
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!
    const owner = owners[at]
    const wrong = owner?.field.problem === undefined ? '' : ' wrong'
    const attributes = { class: `tint-${owner?.tint ?? 'none'}${wrong}`, 'data-at': String(at) }
    const isVisible = byte > 0x20 && byte < 0x7f
    const both = [
      element('span', attributes, hex(byte, 2)),
      element('span', attributes, isVisible ? String.fromCharCode(byte) : '·'),
    ] as const
    cells.push(both)
    asHex.append(both[0])
    asText.append(both[1])
  }
  const line = element(
    'div',
    { class: 'line' },
    element('span', { class: 'offset' }, hex(start, 4)),
    asHex,
    asText,
  )
  return { line, cells }
}
