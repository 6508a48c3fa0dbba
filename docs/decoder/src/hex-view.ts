import { shown } from '../../../packages/core/src/shown.js'
import { element } from './element.js'
import type { FlatField } from './flat-fields.js'
import { hexLine } from './hex-line.js'
import type { Highlight } from './highlight.js'
import { onPointing } from './pointing.js'
import { count, range } from './words.js'

/** So many bytes are shown at first, and with each push of the button. */
export const BYTES_AT_ONCE = 2048

const WIDE = 16
const NARROW = 8

/** The bytes of a message, as hex and as text: pointing at one shows the field that it belongs to. */
export class HexView {
  readonly node: HTMLElement
  readonly #bytes: Uint8Array
  readonly #owners: readonly (FlatField | undefined)[]
  readonly #highlight: Highlight
  readonly #dump: HTMLElement
  readonly #legend: HTMLElement
  readonly #more: HTMLButtonElement
  #cells: (readonly HTMLElement[])[] = []
  #columns = NARROW
  #until = BYTES_AT_ONCE
  #cursor = 0
  #field: FlatField | undefined

  constructor(bytes: Uint8Array, owners: readonly (FlatField | undefined)[], highlight: Highlight) {
    this.#bytes = bytes
    this.#owners = owners
    this.#highlight = highlight
    this.#dump = element('div', {
      class: 'dump',
      tabindex: '0',
      role: 'group',
      'aria-label': `${count(bytes.length, 'byte')}; the arrow keys go from byte to byte`,
    })
    this.#legend = element('p', { class: 'legend', 'aria-live': 'polite' })
    this.#more = element('button', { type: 'button', class: 'button quiet' })
    this.node = element('div', { class: 'hex' }, this.#legend, this.#dump, this.#more)
    this.#render()
    this.#listen()
    highlight.onChange((field, by) => this.#light(field, by))
  }

  /** Lays the bytes out in 16 columns instead of 8, or back. */
  set wide(wide: boolean) {
    const columns = wide ? WIDE : NARROW
    if (columns === this.#columns) return
    this.#columns = columns
    this.#render()
  }

  #listen(): void {
    this.#more.addEventListener('click', () => {
      this.#until += 4 * BYTES_AT_ONCE
      this.#render()
    })
    onPointing(this.#dump, (target) => {
      const at = indexOf(target)
      this.#highlight.point(at === undefined ? undefined : this.#owners[at], this)
    })
    this.#dump.addEventListener('click', ({ target }) => {
      const at = indexOf(target)
      if (at !== undefined) this.#moveTo(at)
    })
    this.#dump.addEventListener('keydown', (event) => this.#onKey(event))
    this.#dump.addEventListener('focus', () => this.#mark(true))
    this.#dump.addEventListener('blur', () => this.#mark(false))
  }

  #onKey(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -this.#columns,
      ArrowDown: this.#columns,
      Home: -this.#cursor,
      End: this.#cells.length,
    }
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = this.#cursor + step
    // Up and down stay in their column.
    if (Math.abs(step) === this.#columns && (next < 0 || next >= this.#cells.length)) return
    this.#moveTo(Math.min(Math.max(next, 0), this.#cells.length - 1))
  }

  #moveTo(at: number): void {
    this.#mark(false)
    this.#cursor = at
    this.#mark(true)
    this.#highlight.pin(this.#owners[at], this)
    this.#show(at, at)
  }

  #mark(on: boolean): void {
    for (const cell of this.#cells[this.#cursor] ?? []) cell.classList.toggle('cursor', on)
  }

  #render(): void {
    this.#dump.classList.toggle('wide', this.#columns === WIDE)
    const length = Math.min(this.#until, this.#bytes.length)
    this.#cells = []
    const rows: HTMLElement[] = []
    for (let start = 0; start < length; start += this.#columns) {
      const { line, cells } = hexLine(
        this.#bytes,
        this.#owners,
        start,
        Math.min(start + this.#columns, length),
      )
      this.#cells.push(...cells)
      rows.push(line)
    }
    this.#dump.replaceChildren(element('div', { 'aria-hidden': 'true' }, ...rows))
    const left = this.#bytes.length - length
    this.#more.hidden = left === 0
    this.#more.textContent = `Show more of the ${count(left, 'byte')} that are left`
    this.#light(this.#field, this)
  }

  #light(field: FlatField | undefined, by: unknown): void {
    this.#field = field
    for (const cell of this.#dump.querySelectorAll('.lit')) cell.classList.remove('lit')
    this.#legend.replaceChildren(...legendOf(field))
    if (field === undefined) return
    const { offset, length } = field.field
    for (const cells of this.#cells.slice(offset, offset + length)) {
      for (const cell of cells) cell.classList.add('lit')
    }
    if (by !== this && length > 0) this.#show(offset, offset + length - 1)
  }

  /** Scrolls within the dump alone: the page stays where it is. */
  #show(first: number, last: number): void {
    const top = this.#cells[first]?.[0]
    const bottom = this.#cells[Math.min(last, this.#cells.length - 1)]?.[0]
    if (top === undefined || bottom === undefined) return
    const { scrollTop, clientHeight } = this.#dump
    const above = top.offsetTop
    const below = bottom.offsetTop + bottom.offsetHeight
    if (below > scrollTop + clientHeight) this.#dump.scrollTop = below - clientHeight + top.offsetHeight
    if (above < this.#dump.scrollTop) this.#dump.scrollTop = above - top.offsetHeight
  }
}

function legendOf(field: FlatField | undefined): (Node | string)[] {
  if (field === undefined) return ['Point at a field or a byte.']
  const { name, offset, length } = field.field
  return [element('strong', {}, shown(name)), ` ${range(offset, length)}, ${count(length, 'byte')}`]
}

function indexOf(target: EventTarget | null): number | undefined {
  const at = target instanceof HTMLElement ? target.dataset.at : undefined
  return at === undefined ? undefined : Number(at)
}
