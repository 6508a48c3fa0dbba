/**
 * Makes a list one stop of the Tab key, in which arrow keys, Home and End move: a conversation may have hundreds of
 * messages and a message fifty fields. `items` is asked at each key, because items come, go and are hidden.
 */
export class ArrowKeys {
  readonly #items: () => HTMLElement[]
  #current: HTMLElement | undefined

  constructor(container: HTMLElement, items: () => HTMLElement[]) {
    this.#items = items
    container.addEventListener('keydown', (event) => {
      const target = this.#target(event)
      if (target === undefined) return
      event.preventDefault()
      this.moveTo(target)
      target.focus()
    })
    container.addEventListener('focusin', ({ target }) => {
      if (target instanceof HTMLElement && this.#items().includes(target)) this.moveTo(target)
    })
    const first = items()[0]
    if (first !== undefined) this.moveTo(first)
  }

  /** Says at which item the Tab key enters. */
  moveTo(item: HTMLElement): void {
    this.#current?.setAttribute('tabindex', '-1')
    item.setAttribute('tabindex', '0')
    this.#current = item
  }

  #target({ key, altKey, ctrlKey, metaKey }: KeyboardEvent): HTMLElement | undefined {
    if (altKey || ctrlKey || metaKey) return undefined
    const items = this.#items()
    const at = this.#current === undefined ? -1 : items.indexOf(this.#current)
    if (key === 'ArrowDown') return items[Math.min(at + 1, items.length - 1)]
    if (key === 'ArrowUp') return items[Math.max(at - 1, 0)]
    if (key === 'Home') return items[0]
    return key === 'End' ? items.at(-1) : undefined
  }
}
