import { shown } from '../../../packages/core/src/shown.js'
import { ArrowKeys } from './arrow-keys.js'
import { element } from './element.js'
import type { FlatField, FlatFields } from './flat-fields.js'
import type { Highlight } from './highlight.js'
import { onPointing } from './pointing.js'
import { count, range } from './words.js'

/** A value is on one line, and a line is no page. */
const LONGEST_VALUE = 600
/** Characters of a name and a value that stand beside each other where there is little room. */
const BRIEF = 44

/** The fields of a message as a tree: Left and Right close and open, and pointing at one shows its bytes. */
export class FieldTree {
  readonly node: HTMLElement
  readonly #rows = new Map<FlatField, HTMLElement>()
  readonly #fields = new Map<Element, FlatField>()
  readonly #highlight: Highlight
  readonly #keys: ArrowKeys

  constructor(fields: FlatFields, highlight: Highlight) {
    this.#highlight = highlight
    this.node = element('ul', { class: 'tree', role: 'tree', 'aria-label': 'Fields' })
    this.node.append(...fields.outermost.map((field) => this.#branch(field)))
    if (fields.left > 0) {
      this.node.append(
        element('li', { class: 'more', role: 'none' }, `… and ${count(fields.left, 'field')} more`),
      )
    }
    this.#keys = new ArrowKeys(this.node, () => this.#visibleRows())
    this.#listen()
    highlight.onChange((field, by) => this.#lit(field, by))
  }

  #branch(flat: FlatField): HTMLElement {
    const row = this.#row(flat)
    this.#rows.set(flat, row)
    this.#fields.set(row, flat)
    if (flat.children.length === 0) return element('li', { role: 'none' }, row)
    row.setAttribute('aria-expanded', 'true')
    const group = element('ul', { role: 'group' }, ...flat.children.map((child) => this.#branch(child)))
    return element('li', { role: 'none' }, row, group)
  }

  #row({ field, level, children, tint }: FlatField): HTMLElement {
    const { name, offset, length, value, explanation, problem } = field
    const words = [
      `${name}: ${value || 'empty'}`,
      explanation,
      problem && `Problem: ${problem}`,
      rangeInWords(offset, length),
    ]
    const brief = name.length + value.length <= BRIEF ? ' brief' : ''
    return element(
      'div',
      {
        class: `row tint-${tint ?? 'none'}${problem === undefined ? '' : ' has-problem'}`,
        role: 'treeitem',
        tabindex: '-1',
        'aria-level': String(level),
        'aria-label': shown(words.filter(Boolean).join('. '), LONGEST_VALUE),
      },
      element('span', { class: children.length > 0 ? 'twisty' : 'swatch' }),
      element('span', { class: `name${brief}` }, shown(name)),
      element(
        'span',
        { class: 'meaning' },
        value ? element('bdi', { class: `value${brief}` }, shown(value, LONGEST_VALUE)) : undefined,
        explanation
          ? element('span', { class: 'explanation' }, shown(explanation, LONGEST_VALUE))
          : undefined,
        problem ? element('span', { class: 'problem' }, shown(problem, LONGEST_VALUE)) : undefined,
      ),
      element('span', { class: 'range' }, range(offset, length)),
    )
  }

  #listen(): void {
    onPointing(this.node, (target) => this.#highlight.point(this.#at(target), this))
    this.node.addEventListener('focusin', ({ target }) => this.#highlight.pin(this.#at(target), this))
    this.node.addEventListener('click', ({ target }) => {
      const flat = this.#at(target)
      if (flat === undefined) return
      if (target instanceof Element && target.classList.contains('twisty'))
        this.#open(flat, this.#isClosed(flat))
      this.#rows.get(flat)!.focus()
    })
    this.node.addEventListener('keydown', (event) => this.#onKey(event))
  }

  #onKey(event: KeyboardEvent): void {
    const flat = this.#at(event.target)
    if (flat === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    const closed = this.#isClosed(flat)
    if (event.key === 'ArrowRight') {
      if (closed) this.#open(flat, true)
      else this.#focus(flat.children[0])
    } else if (event.key === 'ArrowLeft') {
      if (flat.children.length > 0 && !closed) this.#open(flat, false)
      else this.#focus(flat.parent)
    } else return
    event.preventDefault()
  }

  #focus(flat: FlatField | undefined): void {
    if (flat !== undefined) this.#rows.get(flat)?.focus()
  }

  #isClosed(flat: FlatField): boolean {
    return this.#rows.get(flat)?.getAttribute('aria-expanded') === 'false'
  }

  #open(flat: FlatField, open: boolean): void {
    this.#rows.get(flat)!.setAttribute('aria-expanded', String(open))
  }

  #at(target: EventTarget | null): FlatField | undefined {
    const row = target instanceof Element ? target.closest('.row') : null
    return row === null ? undefined : this.#fields.get(row)
  }

  #visibleRows(): HTMLElement[] {
    return [...this.#rows].filter(([flat]) => !this.#isHidden(flat)).map(([, row]) => row)
  }

  #isHidden({ parent }: FlatField): boolean {
    return parent !== undefined && (this.#isClosed(parent) || this.#isHidden(parent))
  }

  #lit(field: FlatField | undefined, by: unknown): void {
    for (const row of this.node.querySelectorAll('.lit')) row.classList.remove('lit')
    if (field === undefined) return
    const row = this.#rows.get(field)
    row?.classList.add('lit')
    if (by === this || row === undefined || this.#highlight.pinned !== field) return
    for (let { parent } = field; parent !== undefined; parent = parent.parent) this.#open(parent, true)
    this.#keys.moveTo(row)
    row.scrollIntoView({ block: 'nearest' })
  }
}

function rangeInWords(offset: number, length: number): string {
  if (length === 0) return `No bytes, at ${offset}`
  return length === 1 ? `Byte ${offset}` : `Bytes ${offset} to ${offset + length - 1}`
}
