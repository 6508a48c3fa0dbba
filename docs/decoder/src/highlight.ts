import type { FlatField } from './flat-fields.js'

type Listener = (field: FlatField | undefined, by: unknown) => void

/**
 * Which field of a message is pointed at, for the tree and the bytes alike. A pointer's visit ends when it leaves; a
 * click or the keyboard pins the field until another one or Escape.
 */
export class Highlight {
  #pinned: FlatField | undefined
  #shown: FlatField | undefined
  readonly #listeners: Listener[] = []

  onChange(listener: Listener): void {
    this.#listeners.push(listener)
  }

  /** `by` is passed on: who pointed there need not scroll there. */
  point(field: FlatField | undefined, by: unknown): void {
    const shown = field ?? this.#pinned
    if (shown !== this.#shown) this.#show(shown, by)
  }

  pin(field: FlatField | undefined, by: unknown): void {
    this.#pinned = field
    this.#show(field, by)
  }

  get pinned(): FlatField | undefined {
    return this.#pinned
  }

  #show(field: FlatField | undefined, by: unknown): void {
    this.#shown = field
    for (const listener of this.#listeners) listener(field, by)
  }
}
